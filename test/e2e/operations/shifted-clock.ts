/**
 * To be loaded before a program (node --import): its clock is wrong by CLOCK_SHIFT_MS, as far as JavaScript tells the time. SQLite
 * and PostgreSQL tell their own.
 */
const shiftMs = Number(process.env["CLOCK_SHIFT_MS"] ?? 0);
const RightDate = Date;

globalThis.Date = new Proxy(RightDate, {
  construct: (target, parameters, newTarget) =>
    Reflect.construct(target, parameters.length === 0 ? [RightDate.now() + shiftMs] : parameters, newTarget) as Date,
  apply: () => new RightDate(RightDate.now() + shiftMs).toString(),
  get: (target, name) => (name === "now" ? () => RightDate.now() + shiftMs : Reflect.get(target, name)),
});
