#!/bin/sh
# mta.sh DIR PORT NEXT PACKAGE: another mail server from Debian's package, in namespaces and on an overlay of this system, so that nothing is
# installed here. Listens on 127.0.0.1:PORT with DIR/mta.crt, asks clients for a certificate of DIR/ca.crt and insists on it; relays
# everything to 127.0.0.1:NEXT by verified TLS, with the same certificate. Prints READY; ends when its standard input does. Needs root.
set -eu
if [ "${INSIDE:-}" = "" ]; then
    INSIDE=1 exec unshare -m -p -f --kill-child sh "$0" "$@"
fi
dir=$1 port=$2 next=$3 package=$4
base=$(mktemp -d)
mount -t tmpfs -o size=700m tmpfs "$base"
mkdir "$base/up" "$base/work" "$base/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$base/up,workdir=$base/work" "$base/root"
r=$base/root
mount --bind /dev "$r/dev"
mount -t proc proc "$r/proc"
mount -t tmpfs tmpfs "$r/run"
printf '#!/bin/sh\nexit 101\n' >"$r/usr/sbin/policy-rc.d"
chmod 755 "$r/usr/sbin/policy-rc.d"
take() { DEBIAN_FRONTEND=noninteractive chroot "$r" apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends "$package" >"$base/apt.log" 2>&1 </dev/null; }
# Old lists may name versions that are gone.
take || { chroot "$r" apt-get update -q >"$base/update.log" 2>&1 </dev/null && take; } || { tail -3 "$base/apt.log"; exit 1; }
mkdir -p "$r/etc/tls"
cp "$dir/mta.crt" "$dir/mta.key" "$dir/ca.crt" "$r/etc/tls/"
case $package in
postfix)
    cat >"$r/etc/postfix/main.cf" <<END
compatibility_level = 3.6
myhostname = mta.test.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
relayhost = [127.0.0.1]:$next
maillog_file = /var/log/postfix.log
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = /etc/tls/mta.crt
smtpd_tls_key_file = /etc/tls/mta.key
smtpd_tls_CAfile = /etc/tls/ca.crt
smtpd_tls_req_ccert = yes
smtpd_tls_received_header = yes
smtp_tls_security_level = secure
smtp_tls_secure_cert_match = relay.test.example
smtp_tls_cert_file = /etc/tls/mta.crt
smtp_tls_key_file = /etc/tls/mta.key
smtp_tls_CAfile = /etc/tls/ca.crt
END
    sed -i -e "s/^smtp  *inet.*/127.0.0.1:$port inet n - n - - smtpd/" -e '/^[a-z]/s/^\([a-z-]*  *unix  *[^ ]*  *[^ ]*  *\)y/\1n/' "$r/etc/postfix/master.cf"
    grep -q ^postlog "$r/etc/postfix/master.cf" || echo "postlog unix-dgram n - n - 1 postlogd" >>"$r/etc/postfix/master.cf"
    chroot "$r" postfix start >"$base/start.log" 2>&1 || { cat "$base/start.log"; exit 1; }
    ;;
exim4-daemon-light)
    cat >"$r/etc/exim4/test.conf" <<END
primary_hostname = mta.test.example
daemon_smtp_ports = $port
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = /etc/tls/mta.crt
tls_privatekey = /etc/tls/mta.key
tls_verify_certificates = /etc/tls/ca.crt
tls_verify_hosts = *
acl_smtp_rcpt = check
received_header_text = Received: from \$sender_helo_name by \$primary_hostname (Exim; \$tls_in_cipher; client certificate verified=\$tls_in_certificate_verified)
begin acl
check:
  accept encrypted = *
begin routers
all:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = out
begin transports
out:
  driver = smtp
  port = $next
  allow_localhost
  hosts_require_tls = *
  tls_certificate = /etc/tls/mta.crt
  tls_privatekey = /etc/tls/mta.key
  tls_verify_certificates = /etc/tls/ca.crt
  tls_verify_hosts = *
  tls_verify_cert_hostnames =
END
    chroot "$r" chown -R Debian-exim /etc/tls
    mkdir -p "$r/run/exim4"
    chroot "$r" chown Debian-exim /run/exim4
    # It would not go into the background by itself: its parent is process 1 here.
    chroot "$r" exim4 -C /etc/exim4/test.conf -bdf -q1m </dev/null >"$base/start.log" 2>&1 &
    ;;
esac
echo READY
cat >/dev/null
