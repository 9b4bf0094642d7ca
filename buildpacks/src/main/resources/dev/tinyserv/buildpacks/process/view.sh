# Makes a view of the machine in namespaces that hold this shell already, and becomes the program that is named behind
# it all. PrivateView.java starts it, with an environment in which nothing is the program's.
#
#     sh -c TEXT sh ROOT STAGE PROCESSES OWNER REST HOME HIDDEN... -- KEPT... -- PROGRAM...
#
# PROCESSES: "own" for a /proc of its own. OWNER: "root" where root may do what no mount hides. REST: "read-only" for
# what is neither hidden nor kept. HOME: the home of the user, where ssh looks for keys whatever the variable says.
#
# A mount goes when another process replaces the file or deletes the folder that it is on. So nothing in the root is
# hidden by a mount of its own: one folder with all that is seen is mounted over the whole root.
set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
root=$1 stage=$2 processes=$3 owner=$4 rest=$5 home=$6 here=$PWD
tree=$stage/tree
newline='
'
shift 6

# A file or a folder of the disk, in its place below the tree.
keep() {
    if [ -d "$root/$1" ]; then
        mkdir -p "$tree/$1"
    elif [ -f "$root/$1" ]; then
        mkdir -p "$tree/${1%/*}"
        : >"$tree/$1"
    else
        return 0
    fi
    mount --bind "$root/$1" "$tree/$1" # without the stage, which may lie in it
    [ "$owner" != root ] || mount -o remount,bind,nodev "$tree/$1"
}

# Whether a name in the root is out of sight; a file also if its name has such a name in it, as copies of it have.
is_hidden() {
    for hidden in $names; do
        [ "$1" != "$hidden" ] || return 0
        [ -d "$root/$1" ] || [ "${1#*"$hidden"}" = "$1" ] || return 0
    done
    return 1
}

# A link, a folder or a file of the disk at a new place; what cannot be mounted is not seen there.
show() {
    if [ -L "$1" ]; then
        ln -s "$(readlink "$1")" "$2"
    elif [ -d "$1" ]; then
        mkdir "$2"
        mount --rbind "$1" "$2" 2>/dev/null || :
    elif [ -f "$1" ]; then
        : >"$2"
        mount --bind "$1" "$2" 2>/dev/null || :
    fi
}

# What others than tinyserv have put in the root stays.
keep_others() {
    for path in "$root"/* "$root"/.[!.]* "$root"/..?*; do
        name=${path##*/}
        is_hidden "$name" || show "$path" "$tree/$name"
    done
}

# Where a link in the root leads to has another name, too.
cover_links() {
    for name in $names; do
        [ -L "$root/$name" ] || continue
        if [ -d "$root/$name" ]; then
            mount --rbind "$tree/$name" "$root/$name"
        elif [ -e "$root/$name" ]; then
            mount --bind /dev/null "$root/$name"
        fi
    done
}

# Root owns the nodes of disks and the terminals of others.
own_devices() {
    mkdir "$stage/:dev"
    mount -t tmpfs -o mode=755,size=64k,nosuid,noexec tinyserv "$stage/:dev"
    for node in null zero full random urandom tty; do
        : >"$stage/:dev/$node"
        mount --bind "/dev/$node" "$stage/:dev/$node"
    done
    mkdir "$stage/:dev/pts" "$stage/:dev/shm"
    mount -t devpts -o newinstance,ptmxmode=666,mode=620,nosuid,noexec devpts "$stage/:dev/pts"
    mount -t tmpfs -o mode=1777,nosuid,nodev tinyserv "$stage/:dev/shm"
    ln -s pts/ptmx "$stage/:dev/ptmx"
    ln -s /proc/self/fd "$stage/:dev/fd"
    ln -s fd/0 "$stage/:dev/stdin"
    ln -s fd/1 "$stage/:dev/stdout"
    ln -s fd/2 "$stage/:dev/stderr"
    mount --rbind "$stage/:dev" /dev
}

# Root owns the kernel's settings, some of which name programs that the kernel starts.
kernel_read_only() {
    for path in /proc/sys /proc/sysrq-trigger /proc/irq /proc/bus /proc/fs /proc/acpi /proc/scsi; do
        [ ! -e "$path" ] || mount -o bind,ro "$path" "$path"
    done
}

# Whether the root, our own folder or the user's home lies in a folder.
holds_us() {
    case "$root/$newline$here/$newline$home/" in
        "$1"/* | *"$newline$1"/*) return 0 ;;
    esac
    return 1
}

# Who answers at a socket starts programs outside of the view, or hands out keys. Lines are paths of sockets.
hide_sockets() {
    while IFS= read -r socket; do
        mount --bind /dev/null "$socket" 2>/dev/null || [ ! -S "$socket" ] # it may have gone by now
    done
}

# They start programs for root.
hide_control_sockets() {
    find /run/systemd /run/user /run/docker.sock /run/snapd.socket /run/lxd.socket -type s \
        ! -path '/run/systemd/resolve/*' ! -path "*$newline*" 2>/dev/null | hide_sockets
}

# Builds ask these; programs that listen there have no other name.
databases_in_tmp() {
    for path in /tmp/mysql.sock /tmp/.s.PGSQL.*; do
        [ ! -S "$path" ] || [ -L "$path" ] || printf '%s\n' "$path"
    done
}

# Folders on the disk, which stay as long as the stage. From the second view on a program may have put anything into
# them, links, too: so nothing is written to them but when they are made.
own_temporary() {
    [ -d /tmp ] && ! holds_us "$(readlink -e /tmp)" || return 0
    chmod 700 "$stage"
    databases=$(databases_in_tmp)
    if mkdir -m 1777 "$stage/tmp" 2>/dev/null; then
        printf '%s\n' "$databases" | while IFS= read -r path; do
            [ -z "$path" ] || : >"$stage$path"
        done
    fi
    printf '%s\n' "$databases" | while IFS= read -r path; do
        [ -L "$stage$path" ] || [ ! -f "$stage$path" ] || mount --bind "$path" "$stage$path" 2>/dev/null || :
    done
    mount --rbind "$stage/tmp" /tmp
    mount -o remount,bind,nosuid,nodev /tmp
}

own_lasting_temporary() {
    lasting=$(readlink -e /var/tmp) || return 0
    [ -d "$lasting" ] && [ "$lasting" != "$(readlink -e /tmp)" ] && ! holds_us "$lasting" || return 0
    chmod 700 "$stage"
    mkdir -m 1777 "$stage/var-tmp" 2>/dev/null || [ -d "$stage/var-tmp" ]
    mount --bind "$stage/var-tmp" "$lasting"
    mount -o remount,bind,nosuid,nodev "$lasting"
}

# Where a temporary folder is that of all: those of terminals, of agents of ssh and of other apps. Others than root
# reach only their own. The kernel knows those that lie deep, if they were not given a relative path.
hide_temporary_sockets() {
    {
        find /tmp /var/tmp -xdev -maxdepth 3 -type s ! -path "*$newline*" 2>/dev/null || :
        sed -n 's/^[^/]* \(\/tmp\/.*\|\/var\/tmp\/.*\)$/\1/p' /proc/net/unix
    } | while IFS= read -r socket; do
        case $socket in
            /tmp/.s.PGSQL.*/* | /tmp/mysql.sock/*) ;;
            /tmp/.s.PGSQL.* | /tmp/mysql.sock) continue ;;
        esac
        # As who makes the view we seem to own what is ours.
        [ ! -S "$socket" ] || { [ "$owner" != root ] && [ ! -O "$socket" ]; } || printf '%s\n' "$socket"
    done | hide_sockets
}

# What programs of one user share without a file of the disk; System V's goes with the namespace.
own_shared_memory() {
    if [ "$owner" != root ] && [ -d /dev/shm ] && ! holds_us "$(readlink -e /dev/shm)"; then
        mount -t tmpfs -o mode=1777,nosuid,nodev tinyserv /dev/shm
    fi
    if [ "$owner" != root ] && [ -d /dev/mqueue ]; then
        mount -t mqueue -o nosuid,nodev,noexec mqueue /dev/mqueue 2>/dev/null \
            || mount -t tmpfs -o ro,mode=755,size=4k tinyserv /dev/mqueue
    fi
}

# The folders of what starts programs for root: sockets, which come again under the same name, and the disks of
# containers, which are mounts of their own. One in which we lie ourselves is left.
cover_folders_of_containers() {
    for folder in /run/dbus /run/docker /run/containerd /run/podman /run/crio /run/libvirt /run/k3s /run/incus \
        /var/lib/docker /var/lib/containers /var/lib/containerd /var/lib/incus /var/lib/lxd /var/snap/lxd/common/lxd; do
        folder=$(readlink -e "$folder") || continue
        [ -d "$folder" ] || continue
        ! holds_us "$folder" || continue
        mount -t tmpfs -o ro,mode=755,size=4k tinyserv "$folder"
    done
}

# The sockets in it come again under the same name when what answers there is started again, without the mount that hid
# them. So one folder with all that is seen is mounted over the whole of /run, too.
own_run() {
    mkdir "$stage/:run"
    for path in /run/* /run/.[!.]*; do
        case $path in
            /run/systemd | /run/user) mkdir "$stage/:run/${path##*/}" ;;
            *) show "$path" "$stage/:run/${path##*/}" ;;
        esac
    done
    if [ -d /run/systemd/resolve ]; then
        mkdir "$stage/:run/systemd/resolve"
        mount --rbind /run/systemd/resolve "$stage/:run/systemd/resolve"
    fi
    mount --rbind "$stage/:run" /run
    mount -o remount,bind,ro,nosuid,nodev /run
}

# The mounts that there were, as mountinfo has them, with blanks as \040: point and options.
rest_read_only() {
    printf '%s\n' "$1" | while read -r point options; do
        case $point in
            /proc | /proc/* | /dev | /dev/* | /tmp | /tmp/* | /var/tmp | /var/tmp/* | /run/netns/* | /snap/*) continue ;;
        esac
        case $options in
            ro | ro,*) continue ;;
        esac
        point=$(printf '%s\n' "$point" | sed 's/\\\([0-7][0-7][0-7]\)/\\0\1/g')
        mount -o "remount,bind,ro,nodev${options#rw}" "$(printf '%b' "$point")" 2>/dev/null || :
    done
}

mounts=$(cut -d ' ' -f 5,6 /proc/self/mountinfo)
if [ "$owner $rest" = "root read-only" ]; then
    for folder in /tmp /var/tmp; do
        [ ! -d "$folder" ] || mount --rbind "$folder" "$folder"
    done
fi
if [ "$rest" = read-only ]; then
    own_temporary
    own_lasting_temporary
fi
mount -t tmpfs -o mode=755,size=1m tinyserv "$stage"
mkdir "$tree"
names=
while [ "$1" != -- ]; do
    names="$names $1"
    [ ! -d "$root/$1" ] || mkdir "$tree/$1"
    shift
done
shift
while [ "$1" != -- ]; do
    keep "$1"
    shift
done
shift
if [ "$processes" = own ]; then
    mount -t proc -o nosuid,nodev,noexec proc /proc
fi
if [ "$owner" = root ]; then
    own_devices
    kernel_read_only
    cover_folders_of_containers
    hide_control_sockets
fi
own_shared_memory
if [ "$rest" = read-only ]; then
    hide_temporary_sockets
fi
if [ "$owner $rest" = "root read-only" ]; then
    rest_read_only "$mounts"
    [ ! -d /run ] || holds_us /run || own_run
fi
keep_others # what is read-only by now stays so
cover_links
mount --rbind "$tree" "$root"
if [ -d "$home/.ssh" ]; then
    mount -t tmpfs -o mode=700,size=64k tinyserv "$home/.ssh"
fi
cd "$here"
exec "$@"
