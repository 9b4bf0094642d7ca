#!/bin/sh
# Counts once a second until it is told to stop.
trap 'echo "stopping after $count"; exit 0' TERM

count=0
while :; do
    count=$((count + 1))
    echo "tick $count of ${TINYSERV_RELEASE:-here}"
    sleep 1 &
    wait $!
done
