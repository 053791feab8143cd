/**
 * Load it before a program (node --import): the program's clock is off by CLOCK_SHIFT_MS, as far as JavaScript shows the time.
 * SQLite and PostgreSQL use their own clocks.
 */
const shiftMs = Number(process.env["CLOCK_SHIFT_MS"] ?? 0);
const RightDate = Date;

globalThis.Date = new Proxy(RightDate, {
  construct: (target, parameters, newTarget) =>
    Reflect.construct(target, parameters.length === 0 ? [RightDate.now() + shiftMs] : parameters, newTarget) as Date,
  apply: () => new RightDate(RightDate.now() + shiftMs).toString(),
  get: (target, name) => (name === "now" ? () => RightDate.now() + shiftMs : Reflect.get(target, name)),
});
