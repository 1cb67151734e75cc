/**
 * The scenarios of the performance guide and what they are held to, as k6's options.
 *
 * Only data, and no module of k6: Node can read it too, which is how tests/perf does.
 */

// A request that fails and an answer that is wrong are errors alike.
const FEW_ERRORS = {http_req_failed: ['rate<0.001'], checks: ['rate>0.999']};

// The guide names no errors here, but an error would be the fastest answer of all.
const LISTING = {
  http_req_duration: ['p(50)<100', 'p(95)<300'],
  http_reqs: ['rate>100'],
  ...FEW_ERRORS,
};

/**
 * `load` is how k6 makes the load, `accounts` how many learners that takes, and `criteria`
 * what the measurements of the scenario must fulfil; durations are in ms.
 *
 * @type {Record<string, {
 *   load: import('k6/options').Scenario,
 *   accounts: number,
 *   criteria: Record<string, string[]>,
 * }>}
 */
export const SCENARIOS = {
  // 100 users watching at once.
  video_watchers: {
    load: {executor: 'constant-vus', vus: 100, duration: '2m', exec: 'watch'},
    accounts: 100,
    criteria: {
      http_req_duration: ['p(50)<200', 'p(95)<500', 'p(99)<1000'],
      // Fewer would say nothing about the slowest hundredth.
      http_reqs: ['count>=1000'],
      ...FEW_ERRORS,
    },
  },

  // 500 users browsing, each with a pause of 1 to 3 s between two pages.
  course_listing: {
    load: {executor: 'constant-vus', vus: 500, duration: '1m', exec: 'browse'},
    accounts: 0,
    criteria: LISTING,
  },

  // The same without a pause, as the guide's sample has it. Whoever waits for an answer sends
  // nothing meanwhile, so a p50 under 100 ms takes 5,000 answers/s, whatever else is good.
  course_listing_no_pause: {
    load: {executor: 'constant-vus', vus: 500, duration: '1m', exec: 'list'},
    accounts: 0,
    criteria: LISTING,
  },

  // 1,000 requests/s, however slow the answers are. What 500 virtual users cannot send in time
  // is dropped, and then the rate was not reached.
  course_listing_open: {
    load: {
      executor: 'constant-arrival-rate',
      rate: 1000,
      preAllocatedVUs: 500,
      duration: '1m',
      exec: 'list',
    },
    accounts: 0,
    criteria: {...LISTING, dropped_iterations: ['count==0']},
  },

  // 200 users enrolling in one course, once each, all at the same time.
  enrollment_spike: {
    load: {executor: 'per-vu-iterations', vus: 200, iterations: 1, exec: 'enroll'},
    accounts: 200,
    criteria: {
      http_req_duration: ['p(95)<1000'],
      // All of them succeed or fail gracefully: see `enroll` …
      checks: ['rate==1'],
      http_reqs: ['count==200'],
      // … but were more than a tenth refused, the p95 would be that of refusals.
      http_req_failed: ['rate<0.1'],
    },
  },
};

/**
 * What k6 is to run, and to fail for.
 *
 * @param {string | undefined} name one of SCENARIOS; anything else is an error that lists them
 * @returns {import('k6/options').Options}
 */
export function optionsOf(name) {
  const {load, criteria} = scenarioOf(name);
  /** @type {Record<string, string[]>} */
  const thresholds = {};
  for (const [metric, conditions] of Object.entries(criteria)) {
    thresholds[`${metric}{scenario:${name}}`] = conditions;
  }
  return {
    scenarios: {[String(name)]: load},
    thresholds,
    summaryTrendStats: ['min', 'med', 'p(95)', 'p(99)', 'max'],
  };
}

/** @param {string | undefined} name */
export function scenarioOf(name) {
  const found = SCENARIOS[name ?? ''];
  if (!found) {
    throw new Error(`SCENARIO must be one of ${Object.keys(SCENARIOS).join(', ')}`);
  }
  return found;
}
