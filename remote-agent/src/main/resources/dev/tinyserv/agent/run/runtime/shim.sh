# Runs one process of an app in the foreground, and leaves behind who it was and how it ended, so that nothing is
# lost while no agent lives.
#
#     setsid sh shim.sh RECORD OUTPUT COMMAND [VIEW...]
#
# VIEW is a program with its arguments that becomes the one that is named behind them, with another view of the machine.
# RECORD.pid gets "PID STARTTIME BOOTID" of this shell, RECORD.exit the exit status of COMMAND, both by rename; what
# COMMAND prints is appended to OUTPUT. It reads what this shell was given to read, which reads nothing of that itself.
# No variable is set here: one of the same name may be the app's.

source_profile() {
    if [ -f "./$1" ]; then
        . "./$1"
    fi
}

# A simple command replaces its shell; anything that could be more than one is left to a shell of its own.
start() {
    case $1 in
        *[\;\&\|\(\)\`]* | *'
'*) ;;
        *)
            case $(command -v "${1%%[[:blank:]]*}") in
                */*) exec /bin/sh -c "exec $1" ;;
            esac
            ;;
    esac
    exec /bin/sh -c "$1"
}

# With the variables that the app's own files set.
start_with_profile() {
    umask 022
    set -- .profile.d/*.sh .profile "$1"
    while [ "$#" -gt 1 ]; do
        source_profile "$1"
        shift
    done
    start "$1"
}

# It is called so by itself, in the view.
if [ "$#" -eq 1 ]; then
    start_with_profile "$1"
fi

umask 077
exec >/dev/null 2>&1
# Caught and not ignored: so the command gets the default actions back, and this shell lives on to write the status.
trap : TERM HUP INT
echo 500 >/proc/self/oom_score_adj

(
    read -r stat <"/proc/$$/stat"
    read -r boot </proc/sys/kernel/random/boot_id
    # shellcheck disable=SC2086 # the fields of stat, of which the 22nd is the start time, become $2 and following
    set -- "$1" $stat
    set -C # never through a link that somebody has put there
    echo "$$ ${23} $boot" >"$1.pid.tmp" && command -p mv -f "$1.pid.tmp" "$1.pid"
)

[ ! -L "$2" ] || command -p rm -f "$2"

(
    if [ "$#" -eq 3 ]; then
        start_with_profile "$3"
    fi
    command=$3
    shift 3
    exec "$@" /bin/sh "$0" "$command"
) >>"$2" 2>&1

set -- "$1" "$?"
command -p rm -f "$1.exit.tmp"
set -C
echo "$2" >"$1.exit.tmp" && command -p mv -f "$1.exit.tmp" "$1.exit"
