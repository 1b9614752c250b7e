/** Which scripts may run at the same time: decides who is next, and starts nothing itself. */

export interface Task {
  readonly name: string;
  /** Names of tasks that must have finished first; unknown ones do not count. */
  readonly needs: readonly string[];
  /** Talks to the person at the terminal, so it runs alone. */
  readonly interactive: boolean;
}

export interface Schedule {
  /**
   * What to start now, at most as many as there is room for. Whoever is returned counts as running.
   * @param jobs How many may run at once.
   */
  readonly take: (jobs: number) => readonly Task[];
  /** The task has ended, however it did: who waited for it may start. */
  readonly finish: (name: string) => void;
  /** Needs that had to be dropped because they close a circle, as `a` needs `b`. */
  readonly dropped: readonly (readonly [name: string, need: string])[];
}

/** Scripts that others and people wait for; all they need is as urgent as they are. @see startpar(1) */
function ownImportance(name: string): number {
  if (name === 'sshd') return 2_000;
  if (name.startsWith('early')) return 8_000;
  return /^(?:xdm|gdm.*|kdm.*|udev)$/.test(name) ? 100 : 0;
}

interface Node {
  readonly task: Task;
  readonly needs: Set<Node>;
  readonly neededBy: Node[];
  importance: number;
  /** How many of its needs have not finished. */
  open: number;
}

/**
 * Among the ready, the more important one is next, then the first by name. An interactive task waits until nothing
 * else runs or could run, and nothing starts beside it. Every task is taken exactly once.
 */
export function createSchedule(tasks: readonly Task[]): Schedule {
  const nodes = new Map(tasks.map((task) => [task.name, newNode(task)]));
  const dropped = connect(nodes);
  const ready = [...nodes.values()].filter((node) => node.open === 0).toSorted(compareNodes);
  const running = new Map<string, Node>();
  const take = (jobs: number): readonly Task[] => {
    const taken: Task[] = [];
    const start = (node: Node): void => {
      ready.splice(ready.indexOf(node), 1);
      running.set(node.task.name, node);
      taken.push(node.task);
    };
    if ([...running.values()].some(({ task }) => task.interactive)) return taken;
    while (running.size < jobs) {
      const next = ready.find(({ task }) => !task.interactive);
      if (next === undefined) break;
      start(next);
    }
    if (running.size === 0 && ready[0] !== undefined) start(ready[0]);
    return taken;
  };
  const finish = (name: string): void => {
    const node = running.get(name);
    running.delete(name);
    for (const waiter of node?.neededBy ?? []) {
      waiter.open -= 1;
      if (waiter.open === 0) insertSorted(ready, waiter);
    }
  };
  return { take, finish, dropped };
}

function newNode(task: Task): Node {
  return { task, needs: new Set(), neededBy: [], importance: ownImportance(task.name), open: 0 };
}

function compareNodes(a: Node, b: Node): number {
  if (a.importance !== b.importance) return b.importance - a.importance;
  return a.task.name < b.task.name ? -1 : 1;
}

function insertSorted(list: Node[], node: Node): void {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareNodes(list[middle] as Node, node) < 0) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, node);
}

/** Links the nodes, without the needs that would close a circle, and hands importance on to what is needed. */
function connect(nodes: ReadonlyMap<string, Node>): Schedule['dropped'] {
  const dropped: (readonly [string, string])[] = [];
  const state = new Map<Node, 'open' | 'done'>();
  const order: Node[] = [];
  for (const root of nodes.values()) visit(root, { nodes, state, order, dropped });
  for (const node of order) {
    node.open = node.needs.size;
    for (const need of node.needs) need.neededBy.push(node);
  }
  for (const node of order) if (ownImportance(node.task.name) > 0) raiseNeeds(node);
  return dropped;
}

/** Adds a node's own importance to all that must run before it. */
function raiseNeeds(node: Node): void {
  const amount = ownImportance(node.task.name);
  const raised = new Set(node.needs);
  for (const need of raised) {
    need.importance += amount;
    for (const further of need.needs) raised.add(further);
  }
}

interface Walk {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly state: Map<Node, 'open' | 'done'>;
  readonly order: Node[];
  readonly dropped: (readonly [string, string])[];
}

/** Depth first without recursion: a chain may be thousands of scripts long. */
function visit(root: Node, { nodes, state, order, dropped }: Walk): void {
  if (state.has(root)) return;
  const path = [{ node: root, left: needsOf(root, nodes) }];
  state.set(root, 'open');
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const need = top.left.pop();
    if (need === undefined) {
      state.set(top.node, 'done');
      order.push(top.node);
      path.pop();
    } else if (state.get(need) === 'open') dropped.push([top.node.task.name, need.task.name]);
    else {
      top.node.needs.add(need);
      if (!state.has(need)) {
        state.set(need, 'open');
        path.push({ node: need, left: needsOf(need, nodes) });
      }
    }
  }
}

function needsOf(node: Node, nodes: ReadonlyMap<string, Node>): Node[] {
  const names = new Set(node.task.needs).add(node.task.name);
  names.delete(node.task.name);
  return [...names].flatMap((name) => nodes.get(name) ?? []).toReversed();
}
