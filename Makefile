# `make run` starts the whole cluster on this machine, `make test` proves it; both need Python 3.11+ and nothing else.
.PHONY: run test check proto bench chart

run:
	@scripts/run.sh

test: check
	@scripts/test.sh

check:
	@scripts/check.sh

proto:
	@scripts/proto.sh

bench:
	@scripts/bench.sh

chart:
	@scripts/chart.sh
