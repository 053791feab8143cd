import { ActionIcon, Menu } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { FormModal } from "./form-modal.tsx";

interface Properties<Action extends string> {
  /** The name of what is acted on. */
  readonly of: string;
  readonly titles: Readonly<Record<Action, string>>;
  /** Those that are possible now. */
  readonly actions: readonly Action[];
  /** The one that takes something away. */
  readonly red: Action;
  /** The draft of an action's form, where it keeps one: see FormModal. */
  readonly drafts: Readonly<Partial<Record<Action, string>>>;
  /** The form of an action. */
  readonly children: (action: Action, close: () => void) => ReactNode;
}

/** A menu of actions, each of which opens its form. Renders nothing when there are none, and no form is open. */
export function ActionMenu<Action extends string>({ of, titles, actions, red, drafts, children }: Properties<Action>) {
  const [action, setAction] = useState<Action | null>(null);
  const close = () => setAction(null);
  const draft = action === null ? undefined : drafts[action];
  if (actions.length === 0 && action === null) return null;
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions of ${of}`}>
            ⋯
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map((each) => (
            <Menu.Item key={each} onClick={() => setAction(each)} {...(each === red && { color: "red" })}>
              {titles[each]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <FormModal title={action ? titles[action] : ""} opened={action !== null} onClose={close} {...(draft && { draft })}>
        {action && children(action, close)}
      </FormModal>
    </>
  );
}
