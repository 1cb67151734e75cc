/**
 * The performance guide's load tests for k6, one scenario a run (k6_scenarios.js lists them):
 *
 *     flask seed logins --count 1000 > logins.json
 *     k6 run -e LOGINS=$PWD/logins.json -e SCENARIO=video_watchers perf/script.js
 *     k6 run -e SCENARIO=course_listing perf/script.js
 *     k6 run -e LOGINS=$PWD/logins.json -e SCENARIO=enrollment_spike perf/script.js
 *
 * HOST=http://127.0.0.1:8000 is where the service is. k6 exits with 99 when a criterion is not met.
 * LOGINS must be absolute, because k6 looks for files beside this one. A spike enrolls its
 * learners: write the file anew before the next.
 */

import {check, sleep} from 'k6';
import {SharedArray} from 'k6/data';
import exec from 'k6/execution';
import http from 'k6/http';
import {optionsOf, scenarioOf} from './k6_scenarios.js';

/**
 * A learner of LOGINS: `watching` is a lesson that they may watch, `to_take` the id of a course
 * in which they are not enrolled.
 *
 * @typedef {{
 *   access_token: string,
 *   watching: {lesson_id: number, duration_seconds: number},
 *   to_take: number | null,
 * }} Learner
 */

const {HOST = 'http://127.0.0.1:8000', LOGINS, SCENARIO} = __ENV;
const {accounts: NEEDED} = scenarioOf(SCENARIO);

/** @type {import('k6/options').Options} */
export const options = optionsOf(SCENARIO);

/** @type {Learner[]} One for each virtual user: the service throttles a learner's lesson. */
const accounts = new SharedArray('accounts', () => {
  /** @type {Learner[]} */
  const learners = LOGINS ? JSON.parse(open(LOGINS)).learners : [];
  return learners.filter(({to_take}) => SCENARIO !== 'enrollment_spike' || to_take !== null);
});

/** How many seconds this virtual user has watched: each has a copy of this variable. */
let watched = 0;

/** Refuses what would measure something else; its own requests are in no scenario. */
export function setup() {
  const {status, body} = list();
  if (status !== 200 || JSON.parse(String(body)).items.length === 0) {
    throw new Error(`${HOST} lists no courses`);
  }
  if (NEEDED === 0) {
    return;
  }
  if (accounts.length < NEEDED) {
    throw new Error(`LOGINS has ${accounts.length} learners for ${SCENARIO}, not ${NEEDED}`);
  }
  const {access_token, to_take} = account(NEEDED);
  const me = http.get(`${HOST}/api/v1/auth/me`, as(access_token, '/api/v1/auth/me'));
  if (me.status !== 200) {
    throw new Error(`${HOST} does not know the learners of LOGINS: ${me.status} for auth/me`);
  }
  if (SCENARIO === 'enrollment_spike') {
    const name = '/api/v1/courses/[id]/enroll';
    const enrollment = http.get(enrollmentIn(to_take), as(access_token, name));
    if (enrollment.status !== 404) {
      throw new Error(`LOGINS is used up: ${enrollment.status} for an enrollment, not 404`);
    }
  }
}

/** Reports what was watched since the last report, every 5 to 10 s as a player does. */
export function watch() {
  const {access_token, watching} = account(exec.vu.idInTest);
  // Before the report, so that 100 players do not start in step.
  const pause = 5 + 5 * Math.random();
  sleep(pause);
  // Nobody gets beyond the middle: what happens when a lesson is completed is not measured here.
  watched = Math.min(watched + pause, watching.duration_seconds / 2);
  const body = {
    watched_seconds: Math.floor(watched),
    last_position_seconds: Math.floor(watched),
    completion_percentage: Math.floor((100 * watched) / watching.duration_seconds),
  };
  const response = http.post(
    `${HOST}/api/v1/progress/lessons/${watching.lesson_id}`,
    JSON.stringify(body),
    as(access_token, '/api/v1/progress/lessons/[id]'),
  );
  check(response, {'the progress is recorded': ({status}) => status === 200});
}

/** Asks for the course list after a pause. */
export function browse() {
  sleep(1 + 2 * Math.random());
  list();
}

/** Asks for the course list. */
export function list() {
  const name = '/api/v1/courses';
  const response = http.get(`${HOST}${name}?is_published=true`, {tags: {name}});
  check(response, {
    'the courses are listed': ({status, body}) =>
      status === 200 && String(body).includes('"items"'),
  });
  return response;
}

/** Enrolls in the course that all want to take. */
export function enroll() {
  const {access_token, to_take} = account(exec.vu.idInTest);
  const name = '/api/v1/courses/[id]/enroll';
  const response = http.post(enrollmentIn(to_take), null, as(access_token, name));
  check(response, {
    // Gracefully: the service says that it is busy. A deadlock would be a 500.
    'the enrollment succeeds or fails gracefully': ({status, headers}) =>
      status === 201 ||
      (status === 503 && headers['Content-Type'] === 'application/problem+json'),
  });
}

/** @param {number | null} course */
function enrollmentIn(course) {
  return `${HOST}/api/v1/courses/${course}/enroll`;
}

/**
 * The learner of a virtual user, whose numbers begin at 1.
 *
 * @param {number} number
 */
function account(number) {
  const found = accounts[number - 1];
  if (!found) {
    throw new Error(`there is no account for virtual user ${number}`);
  }
  return found;
}

/**
 * The parameters of a learner's request, which is counted as `name`.
 *
 * @param {string} token
 * @param {string} name
 */
function as(token, name) {
  const headers = {Cookie: `access_token=${token}`, 'Content-Type': 'application/json'};
  return {headers, tags: {name}};
}
