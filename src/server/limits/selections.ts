import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type InlineFragmentNode,
  Kind,
  type NamedTypeNode,
  type SelectionSetNode,
} from "graphql";

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}

export interface Collected {
  readonly fields: readonly FieldNode[];
  /** Spreads of a fragment that had been spread there before. */
  readonly repeatedSpreads: number;
}

/**
 * The fields of a selection set, with those of its fragments in their place, as CollectFields of the specification (6.3.2) finds
 * them: a named fragment counts once however often it is spread, so that cycles end here and no document makes this take longer
 * than it is long. @skip and @include are taken as not being there.
 * @param applies whether the fields of a fragment with this type condition belong to it
 */
export function collectFields(
  { selections }: SelectionSetNode,
  fragments: Fragments,
  applies: (condition: NamedTypeNode) => boolean = () => true,
): Collected {
  const fields: FieldNode[] = [];
  const spread = new Set<string>();
  let repeatedSpreads = 0;
  const open = selections.toReversed();
  const enter = (fragment: FragmentDefinitionNode | InlineFragmentNode | undefined): void => {
    if (!fragment || (fragment.typeCondition && !applies(fragment.typeCondition))) return;
    open.push(...fragment.selectionSet.selections.toReversed());
  };
  for (let selection = open.pop(); selection !== undefined; selection = open.pop()) {
    if (selection.kind === Kind.FIELD) fields.push(selection);
    else if (selection.kind === Kind.INLINE_FRAGMENT) enter(selection);
    else if (spread.has(selection.name.value)) repeatedSpreads += 1;
    else {
      spread.add(selection.name.value);
      enter(fragments.get(selection.name.value));
    }
  }
  return { fields, repeatedSpreads };
}
