# The first process of a view: gives the program its variables, runs it, and ends as it does. All that the program
# has left ends with it, where the view has processes of its own.
#
#     sh -c TEXT sh PROCESSES PROGRAM...

# PrivateView.java has given each variable of the program another name, so that no shell and no loader obeys it before.
run() {
    for tinyserv_name in $TINYSERV_VARIABLES; do
        eval "tinyserv_value=\$TINYSERV_VARIABLE_$tinyserv_name"
        unset "TINYSERV_VARIABLE_$tinyserv_name"
        command export "$tinyserv_name=$tinyserv_value" 2>/dev/null || :
    done
    unset TINYSERV_VARIABLES tinyserv_name tinyserv_value
    exec "$@"
}

if [ "$1" != own ]; then
    shift
    run "$@"
fi
shift
# A shell tells of a program that was ended by a signal; who reads the status knows it.
exec 9>&2 2>/dev/null
(
    exec 2>&9 9>&-
    run "$@"
)
exit "$?"
