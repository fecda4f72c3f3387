# Each target is one script of deploy/local/.

.PHONY: run demo test bench check

## Sets up, builds in release mode and starts everything: PostgreSQL, Redis, object store, origin and edge.
run:
	@deploy/local/run $(ARGS)

## Tells the story against the running node, with curl.
demo:
	@deploy/local/demo

## Sets up and passes every test.
test:
	@deploy/local/test

## Runs the benchmarks.
bench:
	@deploy/local/bench

## The static part: format, style and arrows.
check:
	@deploy/local/check
