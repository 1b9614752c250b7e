/** Keeps the page current: asks once a second and shows the answer. Text only ever becomes text, never markup. */
const EVERY_MS = 1000;
const byId = (id) => document.getElementById(id);

void refresh();

async function refresh() {
  try {
    const response = await fetch('status.json');
    show(await response.json());
  } catch {
    document.body.classList.add('lost');
    byId('title').textContent =
      'The page’s service has ended (telinit 3 or service web start brings it back)';
  }
  setTimeout(refresh, EVERY_MS);
}

function show({ init, services, greeting, time }) {
  document.body.classList.toggle('lost', init === null);
  byId('level').textContent = init?.level ?? '–';
  byId('title').textContent = init === null ? 'No init answers here' : titleOf(init);
  byId('greeting').textContent = greeting ?? '';
  byId('time').textContent = `As of ${new Date(time).toLocaleTimeString()}`;
  fill('services', services, ({ name, state, about, says }) => [[name], [state, state, says], [about]]);
  fill('entries', init?.entries ?? [], (entry) => [
    [entry.id],
    [entry.levels],
    [entry.action],
    [entry.state, entry.state, entry.why],
    [entry.pid ?? ''],
    [entry.starts],
    [entry.command],
  ]);
}

function titleOf({ state, previous, uptimeMs, place }) {
  const from = previous === 'N' ? 'first level since the start' : `came from level ${previous}`;
  return `${state}, ${from}, up ${duration(uptimeMs)}, in a ${place}`;
}

function duration(ms) {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** Each cell is its text, then optionally its class and its explanation. */
function fill(id, items, cellsOf) {
  const rows = items.map((item) => {
    const row = document.createElement('tr');
    for (const [text, kind, title] of cellsOf(item)) {
      const cell = row.insertCell();
      cell.textContent = text;
      if (kind !== undefined) cell.className = kind.split(',')[0];
      if (title !== undefined) cell.title = title;
    }
    return row;
  });
  byId(id).replaceChildren(...rows);
}
