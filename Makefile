# Each target is one script of deploy/local/.

.PHONY: run test check

## Sets up, builds in release mode and starts the embedded default.
run:
	@deploy/local/run $(ARGS)

## Sets up and passes every test.
test:
	@deploy/local/test

## The static part: format, style and arrows.
check:
	@deploy/local/check
