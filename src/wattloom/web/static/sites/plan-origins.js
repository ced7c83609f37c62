/** Who states the values of a series: runs of steps that one source stated at one moment. */
export class Origins {
  #runs;

  /** @param {object | null} told columns of the server; null where nobody states anything */
  constructor(told) {
    const first = told?.first_step ?? [];
    this.#runs = first.map((step, i) => ({
      first: step,
      source: told.source[i],
      believed: told.belief_time[i] === null ? null : told.belief_time[i] * 1000,
      schedule: told.schedule[i],
    }));
  }

  all() {
    return this.#runs;
  }

  /** The run that holds a step, null where nothing is stated. */
  at(t) {
    const run = this.#runs.findLast((each) => each.first <= t);
    return run === undefined || run.source === null ? null : run;
  }
}
