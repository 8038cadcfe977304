/** Times as people read them. */

/** `10:31` at the venue. */
export function hourOf(ms, offsetMin) {
  return new Date(ms + offsetMin * 60000).toISOString().slice(11, 16);
}

/** `4:05`, `1:02:09`; overtime as `+0:42`. @param {number} seconds left, negative in overtime */
export function span(seconds) {
  // Left is rounded up and over rounded down, so that 0:00 shows once.
  const whole = seconds >= 0 ? Math.ceil(seconds) : Math.floor(-seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  const text = hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  return seconds < 0 && whole > 0 ? `+${text}` : text;
}

/** Seconds a speaker has left at that moment; negative in overtime. */
export function secondsLeft(speaker, now) {
  return speaker.running ? (speaker.until - now) / 1000 : speaker.limit_s - speaker.spent_s;
}
