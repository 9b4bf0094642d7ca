# Makes a view of the machine in namespaces that hold this shell already, and becomes the program that is named behind
# it all. PrivateView.java starts it, with an environment in which nothing is the program's.
#
#     sh -c TEXT sh ROOT STAGE PROCESSES OWNER REST HOME HIDDEN... -- KEPT... -- PROGRAM...
#
# PROCESSES: "own" for a /proc of its own. OWNER: "root" where root may do what no mount hides. REST: "read-only" for
# what is neither hidden nor kept. HOME: the home of the user, where ssh looks for keys whatever the variable says.
set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
root=$1 stage=$2 processes=$3 owner=$4 rest=$5 home=$6 here=$PWD
shift 6

# A file or a folder of the disk, in its place below the stage.
keep() {
    if [ -d "$root/$1" ]; then
        mkdir -p "$stage/$1"
    elif [ -f "$root/$1" ]; then
        mkdir -p "$stage/${1%/*}"
        : >"$stage/$1"
    else
        return 0
    fi
    mount --bind "$root/$1" "$stage/$1" # without the stage, which may lie in it
    [ "$owner" != root ] || mount -o remount,bind,nodev "$stage/$1"
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

# Who answers there starts programs for root, outside of the view.
hide_control_sockets() {
    find /run/dbus /run/systemd /run/user /run/docker /run/docker.sock /run/containerd /run/podman /run/crio \
        /run/libvirt /run/snapd.socket /run/lxd.socket /var/lib/lxd/unix.socket /var/snap/lxd/common/lxd/unix.socket \
        -type s ! -path '/run/systemd/resolve/*' 2>/dev/null | while read -r socket; do
        mount --bind /dev/null "$socket"
    done
}

# The mounts that there were, as mountinfo has them: point and options. Containers have theirs to themselves.
rest_read_only() {
    echo "$1" | while read -r point options; do
        case $point in
            /proc | /proc/* | /dev | /dev/* | /tmp | /tmp/* | /var/tmp | /var/tmp/* | /var/lib/docker/* | \
                /var/lib/containers/* | /run/docker/* | /run/netns/* | /snap/*) continue ;;
        esac
        case $options in
            ro | ro,*) continue ;;
        esac
        point=$(printf '%s\n' "$point" | sed 's/\\\([0-7][0-7][0-7]\)/\\0\1/g')
        mount -o "remount,bind,ro,nodev${options#rw}" "$(printf '%b' "$point")" 2>/dev/null || :
    done
}

mounts=$(cut -d ' ' -f 5,6 /proc/self/mountinfo)
if [ "$rest" = read-only ]; then
    for folder in /tmp /var/tmp; do
        [ ! -d "$folder" ] || mount --rbind "$folder" "$folder"
    done
fi
mount -t tmpfs -o mode=755,size=1m tinyserv "$stage"
names=
while [ "$1" != -- ]; do
    names="$names $1"
    [ ! -d "$root/$1" ] || mkdir "$stage/$1"
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
    hide_control_sockets
fi
if [ "$rest" = read-only ]; then
    rest_read_only "$mounts"
fi
for name in $names; do
    if [ -d "$root/$name" ]; then
        mount --rbind "$stage/$name" "$root/$name"
    elif [ -e "$root/$name" ]; then
        mount --bind /dev/null "$root/$name"
    fi
done
if [ -d "$home/.ssh" ]; then
    mount -t tmpfs -o mode=700,size=64k tinyserv "$home/.ssh"
fi
cd "$here"
exec "$@"
