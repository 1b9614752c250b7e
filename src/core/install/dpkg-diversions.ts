/** dpkg's table of diversions: whose file goes elsewhere when its package is unpacked. */

export interface Diversion {
  readonly path: string;
  /** Where the package's file goes instead. */
  readonly to: string;
  /** Whose file of that path is not diverted; undefined for a diversion of the administrator's. */
  readonly owner: string | undefined;
}

export const DIVERSIONS = '/var/lib/dpkg/diversions';

/** Three lines each; a colon in the third means the administrator. */
export function parseDiversions(text: string): readonly Diversion[] {
  const lines = text.split('\n');
  const diversions: Diversion[] = [];
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const [path = '', to = '', owner = ''] = lines.slice(at, at + 3);
    diversions.push({ path, to, owner: owner === ':' ? undefined : owner });
  }
  return diversions;
}
