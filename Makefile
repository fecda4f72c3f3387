# Each target is one script of deploy/local/.

.PHONY: run demo test check bench soak

## Sets up, builds in release mode and starts the embedded default.
run:
	@deploy/local/run $(ARGS)

## Tells the story with curl against a running `make run`; STATE=FOLDER if that has another --state.
demo:
	@STATE="$(STATE)" deploy/local/demo

## Sets up and passes every test.
test:
	@deploy/local/test

## The static part: format, style and arrows.
check:
	@deploy/local/check

## Measures the edge beside its peers; ARGS="signed-url" runs one benchmark, ARGS=--help tells the rest.
bench:
	@deploy/local/bench $(ARGS)

## Loads the edge for half an hour while Redis, the origin and its policies come and go; ARGS="--minutes 5".
soak:
	@deploy/local/soak $(ARGS)
