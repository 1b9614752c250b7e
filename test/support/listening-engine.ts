import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { answerControl } from '../../src/init/control.ts';
import { createLevelWaiters } from '../../src/init/level-waiters.ts';
import { listenForControl } from '../../src/os/pid1/control-socket.ts';
import { bootWorld, type FakeWorld } from './fake-world.ts';
import { withTree, type Tree } from './with-tree.ts';

export interface ListeningEngine {
  readonly root: string;
  readonly world: FakeWorld;
  /** Tells those who wait for a level how far it is. */
  readonly check: () => void;
}

/** An engine with this inittab behind the control socket of a root, with recording ports; `rc 2` has ended. */
export async function listeningEngine(table: string, tree: Tree = {}): Promise<ListeningEngine> {
  const root = withTree({ 'etc/inittab': table, ...tree });
  const world = bootWorld(table, { place: 'folder' });
  world.exit('rc 2');
  const now = (): number => 3_500;
  const waiters = createLevelWaiters({ ...world, now });
  const facts = { pid: 42, root, startedAt: 1_000, now, state: world.state, waiters };
  const control = await listenForControl(join(root, 'run/rcinit/control.sock'), (line, gone) =>
    answerControl(line, facts, gone),
  );
  onTestFinished(() => control.close());
  return { root, world, check: waiters.check };
}
