#!/bin/bash
# boot.sh BASE UPPER: pid 1 of new namespaces. Lays UPPER over BASE and becomes systemd in it.
set -e
base=$1 upper=$2
mount --make-rprivate /
mkdir -p "$upper/changes" "$upper/work" "$upper/root"
root=$upper/root
mount -t overlay overlay -o lowerdir="$base",upperdir="$upper/changes",workdir="$upper/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys" -o ro
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs tmpfs "$root/run" -o mode=755
mount -t tmpfs tmpfs "$root/dev" -o mode=755
for d in null zero full random urandom tty; do touch "$root/dev/$d"; mount --bind "/dev/$d" "$root/dev/$d"; done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=0666,mode=620
mount -t tmpfs tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for n in 0 1 2; do ln -s "/proc/self/fd/$n" "$root/dev/$(echo stdin stdout stderr | cut -d' ' -f$((n + 1)))"; done
hostname mail.lab.test
printf '127.0.0.1 mail.lab.test mail localhost\n' >"$root/etc/hosts"
echo nameserver 127.0.0.1 >"$root/etc/resolv.conf"
echo mail.lab.test >"$root/etc/hostname"
cd "$root"
mkdir -p .old
pivot_root . .old
umount -l /.old
# systemd looks less at the hardware when it knows that it is in a container.
exec env -i container=namespaces PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --show-status=0 </dev/null
