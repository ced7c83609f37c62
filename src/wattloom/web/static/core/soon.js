/** Return a function that calls back once for all its calls within a pause, and `stop`, which forgets a waiting call. */
export function soon(callback, pauseMs = 2_000) {
  let waiting = 0;
  const call = () => {
    waiting ||= setTimeout(() => {
      waiting = 0;
      callback();
    }, pauseMs);
  };
  return { call, stop: () => clearTimeout(waiting) };
}
