import { Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";

interface Properties {
  readonly title: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A form over the page; the whole screen on a telephone. What is in it is made when it opens and forgotten when it closes. */
export function FormModal({ title, opened, onClose, children }: Properties) {
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
      // A slip beside the form does not throw away what was typed.
      closeOnClickOutside={false}
    >
      {children}
    </Modal>
  );
}
