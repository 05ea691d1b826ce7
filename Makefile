# `make run` starts the whole cluster on this machine, `make test` tests it; both need Python 3.11+, the tests Chromium too.
.PHONY: run test check faults proto bench chart e2e

# What the nodes of each kind run; one's own: PYTHONPATH=examples make run A=shop.a B=shop.b
A = node_a
B = node_b

run:
	@scripts/run.sh --a $(A) --b $(B)

test: check
	@scripts/test.sh

check:
	@scripts/check.sh

faults:
	@scripts/faults.sh

proto:
	@scripts/proto.sh

# short, 2 minutes into build/bench; full, 15 minutes into docs; terms, growth, budget, overload: this product alone
MODE = short

bench:
	@scripts/bench.sh $(MODE)

chart:
	@scripts/chart.sh

e2e:
	@scripts/e2e.sh

# The original's workflow: build images here, set up machines with K3s and a registry, update on the master
# (docs/kubernetes.md).
.PHONY: all images build_a build_b scp scp_images scp_chart scp_script scp_yaml manifests deploy machines worker_clean \
  clean workflows

all: images
	@$(MAKE) --no-print-directory scp

images: build_a build_b

build_a build_b:
	@scripts/image.sh $(@:build_%=%)

scp: scp_images scp_chart scp_script

scp_images:
	@scripts/vm/send docker_images/erlang-docker-a.tar docker_images/erlang-docker-b.tar

scp_chart:
	@scripts/vm/send charts/erlang-docker

scp_script:
	@scripts/vm/send scripts/vm/update.sh scripts/vm/clean-registry.sh

# For helm: make deploy OPTIONS="--set logLevel=DEBUG"
OPTIONS =

deploy: all
	@scripts/vm/deploy $(OPTIONS)

# The same objects for kubectl, without Helm (docs/kubernetes.md).
manifests:
	@scripts/manifests.sh $(OPTIONS)

scp_yaml: manifests
	@scripts/vm/send k8s_yaml

machines:
	@scripts/vm/create && scripts/vm/docker && scripts/vm/registry && scripts/vm/k3s

worker_clean:
	@scripts/vm/clean

clean:
	@scripts/clean.sh

workflows:
	@scripts/actionlint.sh
