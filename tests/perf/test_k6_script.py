"""perf/script.js: its types, and that it asks for what the performance guide asks for.

k6 itself is not here, so nothing sends its requests; what needs no k6 runs on Node.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from api_document import the_document
from npm import NODE

PERF = Path(__file__).parents[2] / "perf"
FEW_ERRORS = {"http_req_failed": ["rate<0.001"], "checks": ["rate>0.999"]}
# A scenario: its users, and the criteria. The comments tell the guide's from those that keep a
# run from meeting the guide's with nothing measured.
LISTING = {
    "http_req_duration": ["p(50)<100", "p(95)<300"],  # the guide's
    "http_reqs": ["rate>100"],  # the guide's
    **FEW_ERRORS,
}
WANTED = {
    "video_watchers": (
        100,
        {
            "http_req_duration": ["p(50)<200", "p(95)<500", "p(99)<1000"],  # the guide's
            **FEW_ERRORS,  # the guide's
            "http_reqs": ["count>=1000"],
        },
    ),
    "course_listing": (500, LISTING),
    "course_listing_no_pause": (500, LISTING),
    "course_listing_open": (500, LISTING | {"dropped_iterations": ["count==0"]}),
    "enrollment_spike": (
        200,
        {
            "http_req_duration": ["p(95)<1000"],  # the guide's
            "checks": ["rate==1"],  # the guide's: all succeed or fail gracefully
            "http_reqs": ["count==200"],
            "http_req_failed": ["rate<0.1"],
        },
    ),
}


@pytest.fixture(scope="module")
def packages(npm_installed):
    """The folder with the packages."""
    return npm_installed(Path(__file__).parent / "k6_types")


@pytest.fixture
def workspace(packages, tmp_path):
    """A copy of the scripts, which find the packages beside them."""
    for script in PERF.glob("*.js"):
        shutil.copy(script, tmp_path)
    for settings in ("package.json", "tsconfig.json"):
        shutil.copy(packages / settings, tmp_path)
    (tmp_path / "node_modules").symlink_to(packages / "node_modules")
    return tmp_path


def node(workspace, *argv):
    """Run Node in the workspace; its exit code and what it said."""
    run = subprocess.run([NODE, *argv], cwd=workspace, capture_output=True, text=True, timeout=60)
    return run.returncode, run.stdout + run.stderr


def check_types(workspace):
    """Run the compiler of TypeScript, which makes nothing; its exit code and complaints."""
    return node(workspace, "node_modules/typescript/bin/tsc")


def options_of(workspace, scenario):
    """What k6 gets to run a scenario, as its own module says it."""
    code = "import {optionsOf} from './k6_scenarios.js';"
    code += "console.log(JSON.stringify(optionsOf(process.argv[1])))"
    exit_code, said = node(workspace, "--input-type=module", "--eval", code, scenario)
    assert exit_code == 0, said
    return json.loads(said)


def test_the_script_has_no_type_errors(workspace):
    assert check_types(workspace) == (0, "")


@pytest.mark.parametrize(
    ("file", "right", "wrong", "complaint"),
    [
        ("script.js", "export function watch() {", "export function watch( {", "error TS1"),
        ("script.js", "sleep(pause)", "sleep('a while')", "'string' is not assignable"),
        ("script.js", "http.post(", "http.posted(", "'posted' does not exist"),
        ("script.js", "import {check, sleep}", "import {check, slep}", "named 'slep'"),
        ("script.js", "watching.lesson_id", "watching.lesson", "'lesson' does not exist"),
        (
            "script.js",
            "options = optionsOf(SCENARIO)",
            "options = {...optionsOf(SCENARIO), tresholds: {}}",
            "'tresholds' does not exist in type 'Options'",
        ),
        ("k6_scenarios.js", "    thresholds,", "    tresholds: thresholds,", "in type 'Options'"),
        ("k6_scenarios.js", "executor: 'constant-vus'", "executor: 'constant-vu'", "constant-vu"),
        ("k6_scenarios.js", "preAllocatedVUs: 500", "preAllocatedVus: 500", "preAllocatedVus"),
        ("k6_scenarios.js", "vus: 100,", "vus: '100',", "'string' is not assignable"),
    ],
)
def test_a_planted_fault_is_found(workspace, file, right, wrong, complaint):
    text = (workspace / file).read_text()
    assert right in text
    (workspace / file).write_text(text.replace(right, wrong))
    exit_code, said = check_types(workspace)
    assert exit_code != 0
    assert complaint in said


def test_another_scenario_is_refused_with_a_list_of_those_there_are(workspace):
    code = "import {optionsOf} from './k6_scenarios.js'; optionsOf('watchers')"
    exit_code, said = node(workspace, "--input-type=module", "--eval", code)
    assert exit_code != 0
    assert f"SCENARIO must be one of {', '.join(WANTED)}\n" in said


@pytest.mark.parametrize("name", WANTED)
def test_a_scenario_has_the_users_and_criteria_of_the_guide(workspace, name):
    users, criteria = WANTED[name]
    options = options_of(workspace, name)
    assert list(options["scenarios"]) == [name]
    load = options["scenarios"][name]
    assert load.get("vus", load.get("preAllocatedVUs")) == users
    assert options["thresholds"] == {
        f"{metric}{{scenario:{name}}}": conditions for metric, conditions in criteria.items()
    }


@pytest.mark.parametrize("name", WANTED)
def test_a_scenario_runs_a_function_of_the_script(workspace, name):
    functions = re.findall(r"^export function (\w+)", (PERF / "script.js").read_text(), re.M)
    assert options_of(workspace, name)["scenarios"][name]["exec"] in functions


def test_every_request_is_named_after_its_path_which_the_api_has():
    script = (PERF / "script.js").read_text()
    names = set(re.findall(r"'(/api/v1/[^']+)'", script))
    addresses = re.findall(r"\$\{HOST\}(/api/v1/[^`]+)`", script)
    assert {re.sub(r"\$\{.*?\}", "[id]", address) for address in addresses} < names
    documented = {re.sub(r"\{.*?\}", "[id]", path) for path in the_document().json["paths"]}
    assert names <= documented
