#!/bin/sh
# Runs as PID 1 of fresh namespaces: builds the root that the init under test will have, enters it for good
# and becomes that init. Everything mounted here lives and dies with the mount namespace.
#
#   RCT_KIND     overlay: the machine's root below, a tmpfs with a copy of RCT_LAYER above it
#                tree: RCT_LAYER itself is the root; only the machine's programs and libraries are bound in
#   RCT_LAYER    folder
#   RCT_LOWER    / or the folder that the overlay shows instead of it
#   RCT_HIDDEN   absolute paths, one a line, of the machine that shall not be seen in the overlay
#   RCT_STAGE    empty folder to mount on
#   RCT_BINDS    absolute paths, one a line, to bind read-only at the same place
#   RCT_TMPFS    `PATH OPTIONS` lines: further tmpfs mounts
#   RCT_CONSOLE  device to appear as /dev/console and to be standard input, output and error; empty: none
#   RCT_ENV      words NAME=VALUE for the init
#   RCT_READONLY yes: the root is read-only for the init
#   RCT_PROC     where /proc is mounted; elsewhere the init has to see to it itself, as on a machine
#   "$@"         the init and its arguments
set -eu
umask 022
root=$RCT_STAGE/root

bind_readonly() {
  if [ -d "$1" ]; then mkdir -p "$root$1"; else mkdir -p "$(dirname "$root$1")"; : >>"$root$1"; fi
  mount -n --rbind "$1" "$root$1"
  mount -n -o remount,bind,ro "$root$1"
}

case $RCT_KIND in
overlay)
  mount -n -t tmpfs -o mode=0755 rcinit-test "$RCT_STAGE"
  mkdir "$RCT_STAGE/upper" "$RCT_STAGE/work" "$root"
  mount -n -t overlay -o "lowerdir=$RCT_LOWER,upperdir=$RCT_STAGE/upper,workdir=$RCT_STAGE/work" rcinit-test "$root"
  printf '%s\n' "$RCT_HIDDEN" | while read -r path; do
    [ -z "$path" ] || rm -rf "$root$path"
  done
  # A file that is a link on the machine is replaced, not written through.
  cp -a --remove-destination "$RCT_LAYER/." "$root/"
  mount -n -t tmpfs -o mode=0755 tmpfs "$root/run"
  mount -n -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  ;;
tree)
  mkdir "$root"
  mount -n --bind "$RCT_LAYER" "$root"
  mkdir -p "$root/dev" "$root/proc" "$root/etc" "$root/run" "$root/var/log" "$root/tmp"
  [ -e "$root/var/run" ] || ln -s /run "$root/var/run"
  for name in bin sbin lib lib32 lib64 libx32 usr opt; do
    if [ -L "/$name" ]; then [ -e "$root/$name" ] || cp -P "/$name" "$root/$name"
    elif [ -d "/$name" ]; then bind_readonly "/$name"; fi
  done
  for name in ld.so.cache passwd group nsswitch.conf; do
    [ -e "$root/etc/$name" ] || [ ! -r "/etc/$name" ] || cat "/etc/$name" >"$root/etc/$name"
  done
  ;;
esac

# Devices of its own, so that nothing done to them reaches the machine's.
mount -n -t tmpfs -o mode=0755,nosuid tmpfs "$root/dev"
for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
  IFS=: read -r name major minor <<END
$device
END
  # A user namespace may not make device nodes; there they are bound.
  mknod -m 0666 "$root/dev/$name" c "$major" "$minor" 2>/dev/null ||
    { : >"$root/dev/$name"; mount -n --bind "/dev/$name" "$root/dev/$name"; }
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -n -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
if [ -n "$RCT_CONSOLE" ]; then
  : >"$root/dev/console"
  mount -n --bind "$RCT_CONSOLE" "$root/dev/console"
fi

mount -n -t proc proc "$root/proc"
for path in sys sysrq-trigger irq bus; do
  [ -e "$root/proc/$path" ] || continue
  mount -n --bind "$root/proc/$path" "$root/proc/$path"
  mount -n -o remount,bind,ro "$root/proc/$path"
done

if [ "${RCT_LOWER:-/}" != / ]; then
  # What a boot script of a whole system could reach the machine by.
  mount -n -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
  mount -n --bind "$root/dev/null" "$root/proc/swaps"
fi

# Binds come last: a checkout may lie below such a mount, say in /tmp.
printf '%s\n' "$RCT_TMPFS" | while read -r path options; do
  [ -z "$path" ] || { mkdir -p "$root$path"; mount -n -t tmpfs -o "$options" tmpfs "$root$path"; }
done
printf '%s\n' "$RCT_BINDS" | while read -r path; do
  [ -z "$path" ] || bind_readonly "$path"
done

ip link set lo up
mkdir -p "$root/.machine"
cd "$root"
pivot_root . .machine
cd /
umount -n -l /.machine
rmdir /.machine
[ "$RCT_READONLY" != yes ] || mount -n -o remount,bind,ro /

if [ -n "$RCT_CONSOLE" ]; then exec 0<>/dev/console 1>&0 2>&0; fi
# Harsher than the kernel, which gives 022: what init's children get must come from init.
umask 0
echo ready >&3
# The test looks around first: an init may be gone at once.
read -r _ <&3
if [ "$RCT_PROC" != /proc ]; then mkdir -p "$RCT_PROC"; mount -n --move /proc "$RCT_PROC"; fi
echo going >&3
# shellcheck disable=SC2086 -- words of NAME=VALUE
exec 3>&- env -i HOME=/ TERM=linux $RCT_ENV "$@"
