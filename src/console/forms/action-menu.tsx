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
  /** The form of an action. */
  readonly children: (action: Action, close: () => void) => ReactNode;
}

/** A menu of actions, each of which opens its form. Renders nothing when there are none, and no form is open. */
export function ActionMenu<Action extends string>({ of, titles, actions, red, children }: Properties<Action>) {
  const [action, setAction] = useState<Action | null>(null);
  const close = () => setAction(null);
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
      <FormModal title={action ? titles[action] : ""} opened={action !== null} onClose={close}>
        {action && children(action, close)}
      </FormModal>
    </>
  );
}
