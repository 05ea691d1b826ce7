# `make run` starts the whole cluster on this machine, `make test` tests it; both need Python 3.11+, the tests Chromium too.
# What follows `##` is what `make help` says.
.PHONY: help run test check faults proto bench chart e2e site release

# Of `make run`: the first of 200 ports, how many nodes of each kind, 1 to 10, and the modules that they run; one's own:
# PYTHONPATH=examples make run MODULE_A=shop.a MODULE_B=shop.b
BASE = 30000
A = 3
B = 3
MODULE_A = node_a
MODULE_B = node_b

help: ## this list
	@echo 'Usage: make TARGET'
	@sed -n 's/^\([a-z0-9_ ]*\):.*## \(.*\)/\1:\2/p' $(MAKEFILE_LIST) | while IFS=: read -r names text; do \
	  for name in $$names; do printf '  %-14s %s\n' "$$name" "$$text"; done; done

run: ## the whole cluster on this machine: BASE=31000 for other ports, A=5 B=7 nodes, MODULE_A=shop.a MODULE_B=shop.b
	@scripts/run.sh --base $(BASE) --a $(A) --b $(B) --module-a $(MODULE_A) --module-b $(MODULE_B)

test: check ## check, then all tests that need no Kubernetes
	@scripts/test.sh

check: ## formatter, linter and type checker
	@scripts/check.sh

faults: ## break one machine's nodes, and write what was promised and measured into docs/reliability.md
	@scripts/faults.sh

proto: ## generate services/erlang_docker/v1 from proto/
	@scripts/proto.sh

# short, 2 minutes into build/bench; full, 15 minutes into docs; terms, growth, budget, overload: this product alone
MODE = short

bench: ## measure beside an Erlang pair and plain Python: MODE=short, full, terms, growth, budget or overload
	@scripts/bench.sh $(MODE)

chart: ## test the Helm chart without a cluster
	@scripts/chart.sh

e2e: ## test images and chart on the cluster of the kubeconfig
	@scripts/e2e.sh

site: ## check the documentation, and build it as a site into build/site
	@scripts/site.sh

release: ## check, tag and push a release: VERSION=1.2.3
	@scripts/release.sh $(VERSION)

# The original's workflow: build images here, set up machines with K3s and a registry, update on the master
# (docs/kubernetes.md).
.PHONY: all images build_a build_b scp scp_images scp_chart scp_script scp_yaml manifests deploy machines worker_clean \
  clean workflows

all: images ## build the images and send all to the master
	@$(MAKE) --no-print-directory scp

images: build_a build_b ## build the images of both kinds

build_a build_b: ## build the image of one kind
	@scripts/image.sh $(@:build_%=%)

scp: scp_images scp_chart scp_script ## send images, chart and script to the master

scp_images: ## send the images to the master
	@scripts/vm/send docker_images/erlang-docker-a.tar docker_images/erlang-docker-b.tar

scp_chart: ## send the chart to the master
	@scripts/vm/send charts/erlang-docker

scp_script: ## send the scripts that update to the master
	@scripts/vm/send scripts/vm/update.sh scripts/vm/clean-registry.sh

# For helm: make deploy OPTIONS="--set logLevel=DEBUG"
OPTIONS =

deploy: all ## all, then update on the master
	@scripts/vm/deploy $(OPTIONS)

manifests: ## the same objects for kubectl, without Helm (docs/kubernetes.md)
	@scripts/manifests.sh $(OPTIONS)

scp_yaml: manifests ## send those to the master
	@scripts/vm/send k8s_yaml

machines: ## four virtual machines with K3s and a registry
	@scripts/vm/create && scripts/vm/docker && scripts/vm/registry && scripts/vm/k3s

worker_clean: ## remove old images from the machines
	@scripts/vm/clean

clean: ## remove what was built here; volumes and keys stay
	@scripts/clean.sh

workflows: ## lint the GitHub workflows
	@scripts/actionlint.sh
