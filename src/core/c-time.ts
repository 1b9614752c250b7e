/** Times as C programs write them. */

/** As ctime(3) does, without its newline: `Fri Nov  5 09:08:07 2027`, in local time. */
export function formatCtime(when: Date): string {
  const [weekday, month, , year, clock] = when.toString().split(' ');
  return `${weekday} ${month} ${String(when.getDate()).padStart(2)} ${clock} ${year}`;
}
