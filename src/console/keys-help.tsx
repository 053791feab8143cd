import { Kbd, Modal, Table, Text } from "@mantine/core";
import { useDisclosure, useWindowEvent } from "@mantine/hooks";
import { modifier } from "./search/search-button.tsx";

interface Keys {
  readonly keys: readonly string[];
  readonly does: string;
}

const groups: readonly { readonly where: string; readonly keys: readonly Keys[] }[] = [
  {
    where: "Everywhere",
    keys: [
      { keys: [`${modifier} K`], does: "Search everything" },
      { keys: ["?"], does: "Show the keyboard shortcuts" },
      { keys: ["Esc"], does: "Close the dialog" },
    ],
  },
  {
    where: "In the search",
    keys: [
      { keys: ["↑", "↓"], does: "Choose a result" },
      { keys: ["Enter"], does: "Open it" },
    ],
  },
  {
    where: "Suggestions",
    keys: [
      { keys: ["↑", "↓"], does: "Choose a suggestion" },
      { keys: ["A"], does: "Link its customers" },
      { keys: ["D"], does: "Decline it" },
    ],
  },
  {
    where: "Forms",
    keys: [
      { keys: ["Enter"], does: "Send the form" },
      { keys: ["↓"], does: "Open the list of a field" },
    ],
  },
];

/** Lists the keyboard shortcuts. "?" opens it, except while somebody types. */
export function KeysHelp() {
  const [opened, { open, close }] = useDisclosure(false);
  useWindowEvent("keydown", (event) => {
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    // A dialog has its own keys.
    if (document.querySelector('[role="dialog"]') !== null) return;
    event.preventDefault();
    open();
  });
  return (
    <Modal title="Keyboard shortcuts" opened={opened} onClose={close} closeButtonProps={{ "aria-label": "Close" }}>
      <Table aria-label="Keyboard shortcuts" withRowBorders={false} verticalSpacing={4}>
        {groups.map(({ where, keys }) => (
          <Table.Tbody key={where}>
            <Table.Tr>
              <Table.Th colSpan={2} scope="rowgroup">
                {where}
              </Table.Th>
            </Table.Tr>
            {keys.map(({ keys: pressed, does }) => (
              <Table.Tr key={does}>
                <Table.Td w={110}>
                  {pressed.map((key) => (
                    <Kbd key={key} mr={4}>
                      {key}
                    </Kbd>
                  ))}
                </Table.Td>
                <Table.Td>
                  <Text size="sm">{does}</Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        ))}
      </Table>
    </Modal>
  );
}

/** Checkboxes and switches are inputs as well, but nobody types into them. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox" && target.type !== "radio";
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
