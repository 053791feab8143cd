import { ActionIcon, Button, type ButtonProps, Menu, Modal } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { DraftContext } from "./drafts.ts";

interface Properties {
  readonly title: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Names the form and what it is about: what was typed is still there when it opens again. Default: it is dropped. */
  readonly draft?: string;
  readonly children: ReactNode;
}

/** A form in a dialog; full screen on a phone. Its content is made when it opens and dropped when it closes. */
export function FormModal({ title, opened, onClose, draft, children }: Properties) {
  const small = useMediaQuery("(max-width: 48em)");
  return (
    <Modal
      title={title}
      opened={opened}
      onClose={onClose}
      size="lg"
      fullScreen={small}
      styles={{ title: { fontWeight: 650, fontSize: "var(--mantine-font-size-lg)" } }}
      closeButtonProps={{ "aria-label": "Close" }}
      // A slip of the mouse must not discard the input.
      closeOnClickOutside={false}
    >
      <DraftContext value={draft ?? null}>{children}</DraftContext>
    </Modal>
  );
}

interface ButtonProperties extends Pick<ButtonProps, "variant" | "color" | "size"> {
  readonly label: string;
  /** The dialog's title. */
  readonly title: string;
  /** See FormModal. */
  readonly draft?: string;
  /** False: shows no button, but keeps an open form. (Its success may be why the button is gone.) Default: true. */
  readonly offered?: boolean;
  /** The form. */
  readonly children: (close: () => void) => ReactNode;
}

/** A button that opens a form. */
export function FormButton({ label, title, draft, offered = true, children, ...looks }: ButtonProperties) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      {offered && (
        <Button variant="default" onClick={open} {...looks}>
          {label}
        </Button>
      )}
      <FormModal title={title} opened={opened} onClose={close} {...(draft && { draft })}>
        {children(close)}
      </FormModal>
    </>
  );
}

interface MenuProperties<Action extends string> {
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
export function ActionMenu<Action extends string>({ of, titles, actions, red, drafts, children }: MenuProperties<Action>) {
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
