# The settings of /etc/default/rcS with their defaults, and what the kernel's command line says about them.
# Sourced by boot scripts as /lib/init/vars.sh.
# shellcheck shell=sh disable=SC2034

TMPTIME=0
SULOGIN=no
DELAYLOGIN=no
UTC=yes
VERBOSE=no
FSCKFIX=no

# shellcheck source=/dev/null
if [ -f "${RCINIT_ROOT:-}/etc/default/rcS" ]; then . "${RCINIT_ROOT:-}/etc/default/rcS"; fi

# Settings of old releases that must not take effect any more.
unset EDITMOTD RAMRUN RAMLOCK

_rcinit_words=''
{ read -r _rcinit_words </proc/cmdline; } 2>/dev/null || :
case " $_rcinit_words " in *' noswap '*) NOSWAP=yes ;; esac
case " $_rcinit_words " in
*' ip='* | *' nfsroot='* | *' ip '* | *' nfsroot '*) : "${ASYNCMOUNTNFS:=no}" ;;
esac
# While levels change only: who calls a script by hand wants to see what it does.
case " $_rcinit_words " in
*' quiet '*) if [ -n "${RUNLEVEL:-}" ] && [ -n "${PREVLEVEL:-}" ]; then VERBOSE=no; fi ;;
esac
if [ -n "${INIT_VERBOSE:-}" ]; then VERBOSE=$INIT_VERBOSE; fi
