"""What gates.toml may say: a mistyped word or an impossible value is told before anything runs."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from marshmallow import ValidationError, fields, validate, validates_schema

from courseapp.schemas.base import Schema
from courseapp.schemas.values import WholeNumber, YesNo, not_blank

# In order: none may be allowed to be slower than the next. `max` is the slowest of all.
PERCENTILES = {"p50": 50, "p95": 95, "p99": 99, "max": 100}
not_empty = validate.Length(min=1, error="Must not be empty.")


class Number(fields.Float):
    """Written as a number: 500 and 0.5, but not "500"."""

    def _validated(self, value):
        if not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


def _positive(**options) -> Number:
    return Number(validate=validate.Range(min=0, min_inclusive=False), **options)


def _count(**options) -> WholeNumber:
    return WholeNumber(validate=validate.Range(min=1), **options)


class LatenciesSchema(Schema):
    """Each in milliseconds: what so many % of the requests must stay below."""

    p50 = _positive()
    p95 = _positive()
    p99 = _positive()
    max = _positive()

    @validates_schema
    def check_limits(self, limits, **_):
        """That there are some, in order."""
        not_empty(limits)
        if wrong := disorder(limits):
            raise ValidationError(wrong)


class LimitsSchema(LatenciesSchema):
    error_rate = Number(validate=validate.Range(min=0, max=1, max_inclusive=False))
    throughput = _positive()


class ScenarioSchema(Schema):
    about = fields.String(required=True, validate=not_blank)
    model = fields.String(load_default="closed", validate=validate.OneOf(["closed", "open"]))
    every = _positive()
    requests = fields.List(fields.String(validate=not_blank), required=True, validate=not_empty)
    limits = fields.Nested(LimitsSchema, required=True)
    own_limits = fields.Dict(
        fields.String(), fields.Nested(LatenciesSchema), load_default=dict, validate=not_empty
    )
    targets = YesNo(load_default=True)
    exact = YesNo(load_default=False)

    @validates_schema
    def check_model(self, scenario, **_):
        """That the open model, and no other, says how often a user comes; and names of requests."""
        is_open = scenario["model"] == "open"
        if is_open != ("every" in scenario):
            raise ValidationError("The open model needs it, the closed one has none.", "every")
        if is_open and scenario["exact"]:
            raise ValidationError("In the open model users do not end.", "exact")
        if strange := scenario["own_limits"].keys() - set(scenario["requests"]):
            raise ValidationError(f"It does not send {min(strange)}.", "own_limits")


class RunSchema(Schema):
    scenario = fields.String(required=True)
    users = _count(required=True)
    seconds = _positive()
    min_samples = _count()
    limits = fields.Nested(LimitsSchema)


class StageSchema(Schema):
    min_samples = _count(required=True)
    min_scenario_samples = _count()
    targets = YesNo(load_default=True)
    limits = fields.Nested(LimitsSchema)
    runs = fields.List(fields.Nested(RunSchema), required=True, validate=not_empty)


class GatesSchema(Schema):
    """The whole file."""

    targets = fields.Dict(fields.String(), fields.Nested(LatenciesSchema), required=True)
    scenarios = fields.Dict(fields.String(), fields.Nested(ScenarioSchema), required=True)
    stages = fields.Dict(fields.String(), fields.Nested(StageSchema), required=True)

    # Beside the mistakes of single values, so that all are told at once: what was refused is
    # missing here, and nothing is said of it a second time.
    @validates_schema(skip_on_field_errors=False)
    def check_names(self, document, **_):
        """That targets, scenarios and runs belong together."""
        scenarios = document.get("scenarios")
        if not scenarios or any("requests" not in one for one in scenarios.values()):
            return
        sent = {request for one in scenarios.values() for request in one["requests"]}
        wrong = {"targets": {}, "stages": {}}
        for request in document.get("targets", {}).keys() - sent:
            wrong["targets"][request] = {"value": ["No scenario sends it."]}
        for name, stage in document.get("stages", {}).items():
            found = {
                number: messages
                for number, run in enumerate(stage.get("runs", ()))
                if (messages := _wrong_run(run, stage, scenarios))
            }
            if found:
                wrong["stages"][name] = {"value": {"runs": found}}
        if any(wrong.values()):
            raise ValidationError({key: value for key, value in wrong.items() if value})


def _wrong_run(run: dict, stage: dict, scenarios: dict) -> dict[str, list[str]]:
    name = run.get("scenario")
    if name is None:
        return {}
    if name not in scenarios:
        return {"scenario": [f"There is no scenario {name}."]}
    scenario, wrong = scenarios[name], {}
    if "seconds" not in run and not scenario.get("exact"):
        wrong["seconds"] = ["Only the users of an exact scenario come to an end by themselves."]
    if "limits" in run or "limits" in stage:
        message = disorder(merged_limits(scenario, stage, run))
        if message:
            wrong["limits"] = [f"{message} With those of the scenario and the stage."]
    return wrong


def merged_limits(scenario: Mapping, stage: Mapping, run: Mapping) -> dict[str, float]:
    """What a run is judged by: what it says itself goes before the stage, and the scenario."""
    return {what: limit for one in (scenario, stage, run) for what, limit in _limits(one).items()}


def _limits(one: Mapping) -> Mapping[str, float]:
    return one.get("limits", {})


def disorder(limits: Mapping[str, float]) -> str | None:
    """Which latency may be above one that it is never above, or None."""
    given = [what for what in PERCENTILES if what in limits]
    for lower, upper in pairwise(given):
        if limits[lower] > limits[upper]:
            return f"{lower} = {limits[lower]:g} is above {upper} = {limits[upper]:g}."
    return None


def places(messages: dict | list, path: tuple[str, ...] = ()) -> Iterator[str]:
    """marshmallow's nested messages, each as `stages.goals.runs.0.users: Must be …`."""
    if isinstance(messages, dict):
        for key, value in messages.items():
            # Between a name and what it has, and of several fields together.
            step = () if key in ("value", "_schema") else (str(key),)
            yield from places(value, (*path, *step))
    else:
        yield from (f"{'.'.join(path)}: {message}" for message in messages)
