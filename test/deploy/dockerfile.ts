/** Reads Dockerfiles for tests. Pure. */

export interface Instruction {
  /** "RUN" */
  readonly name: string;
  /** With continued lines joined. */
  readonly text: string;
}

/** An image's making, from one FROM up to the next. */
export interface Stage {
  readonly image: string;
  readonly instructions: readonly Instruction[];
}

export function stagesOf(dockerfile: string): readonly Stage[] {
  const lines = dockerfile.split("\n").filter((line) => !/^\s*(#|$)/.test(line));
  const instructions = lines
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line): Instruction => {
      const [name = ""] = line.split(" ", 1);
      return { name, text: line.slice(name.length).trim() };
    });
  const starts = instructions.flatMap(({ name }, index) => (name === "FROM" ? [index] : []));
  return starts.map((start, stage) => ({
    image: instructions[start]?.text ?? "",
    instructions: instructions.slice(start + 1, starts[stage + 1]),
  }));
}

/** The texts of a stage's instructions of one name, in order. */
export function textsOf({ instructions }: Stage, name: string): readonly string[] {
  return instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);
}

/** The words of an instruction in its exec form. Throws for the shell form. */
export function execForm(text: string): readonly string[] {
  return JSON.parse(text.slice(text.indexOf("["))) as readonly string[];
}
