#!/bin/sh
# mta.sh DIR PORT NEXT PACKAGE: another mail server from Debian's package, in namespaces and on an overlay of this system, so that nothing is
# installed here. Listens on 127.0.0.1:PORT with DIR/mta.crt, asks clients for a certificate of DIR/ca.crt and insists on it; relays
# everything to 127.0.0.1:NEXT by verified TLS, with the same certificate. Prints READY; ends when its standard input does. Needs root.
set -eu
if [ "${INSIDE:-}" = "" ]; then
    INSIDE=1 exec unshare -m -p -u -f --kill-child sh "$0" "$@"
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
# sendmail waits a minute for a name with a dot in it.
hostname mta.test.example
printf '127.0.0.1 localhost\n127.0.0.1 mta.test.example mta\n127.0.0.1 next.test.example\n' >"$r/etc/hosts"
printf '#!/bin/sh\nexit 101\n' >"$r/usr/sbin/policy-rc.d"
chmod 755 "$r/usr/sbin/policy-rc.d"
packages=$package suite=
case $package in
sendmail) packages="sendmail-bin sendmail-cf m4" ;;
opensmtpd)
    # Debian 12's own, 6.8, does not offer STARTTLS with its OpenSSL; 7.4 is among the backports.
    if [ "$(. /etc/os-release; echo "$VERSION_CODENAME")" = bookworm ]; then
        uri=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1)
        [ -n "$uri" ] || uri=$(awk '$1=="deb" {for(i=2;i<=NF;i++) if($i ~ /:\/\//) {print $i; exit}}' /etc/apt/sources.list)
        echo "deb $uri bookworm-backports main" >"$r/etc/apt/sources.list.d/backports.list"
        suite="-t bookworm-backports"
        chroot "$r" apt-get update -q >"$base/update.log" 2>&1 </dev/null || { tail -3 "$base/update.log"; exit 1; }
    fi
    ;;
esac
# shellcheck disable=SC2086
take() { DEBIAN_FRONTEND=noninteractive chroot "$r" apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends $suite $packages >"$base/apt.log" 2>&1 </dev/null; }
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
sendmail)
    cat >"$r/etc/mail/test.mc" <<END
include(\`/usr/share/sendmail/cf/m4/cf.m4')
OSTYPE(\`linux')
define(\`confDOMAIN_NAME', \`mta.test.example')
define(\`confDONT_PROBE_INTERFACES', \`True')
define(\`confTO_IDENT', \`0')
define(\`QUEUE_DIR', \`/var/spool/test-queue')
define(\`confPID_FILE', \`/run/sendmail.pid')
define(\`confDELIVERY_MODE', \`background')
define(\`confCACERT_PATH', \`/etc/tls')
define(\`confCACERT', \`/etc/tls/ca.crt')
define(\`confSERVER_CERT', \`/etc/tls/mta.crt')
define(\`confSERVER_KEY', \`/etc/tls/mta.key')
define(\`confCLIENT_CERT', \`/etc/tls/mta.crt')
define(\`confCLIENT_KEY', \`/etc/tls/mta.key')
define(\`RELAY_MAILER_ARGS', \`TCP \$h $next')
define(\`SMART_HOST', \`next.test.example')
define(\`confSERVICE_SWITCH_FILE', \`/etc/tls/service.switch')
FEATURE(\`no_default_msa')
FEATURE(\`nocanonify')
FEATURE(\`promiscuous_relay')
FEATURE(\`accept_unresolvable_domains')
FEATURE(\`access_db', \`hash -T<TMPF> /etc/tls/access')
DAEMON_OPTIONS(\`Name=MTA, Family=inet, Addr=127.0.0.1, Port=$port')
MAILER(\`local')
MAILER(\`smtp')
END
    printf 'hosts files\naliases files\n' >"$r/etc/tls/service.switch"
    printf 'TLS_Clt:\tVERIFY\nTLS_Srv:\tVERIFY\n' | chroot "$r" makemap hash /etc/tls/access
    chroot "$r" sh -c 'm4 /etc/mail/test.mc >/etc/mail/test.cf; chown -R root:root /etc/tls; chmod 755 /etc/tls; mkdir -p /run/sendmail; mkdir -m 700 /var/spool/test-queue; touch /etc/mail/aliases' >"$base/start.log" 2>&1 || { cat "$base/start.log"; exit 1; }
    chroot "$r" /usr/sbin/sendmail -C /etc/mail/test.cf -bD </dev/null >>"$base/start.log" 2>&1 &
    ;;
opensmtpd)
    cat >"$r/etc/smtpd-test.conf" <<END
pki mta.test.example cert "/etc/tls/mta.crt"
pki mta.test.example key "/etc/tls/mta.key"
ca mta.test.example cert "/etc/tls/ca.crt"
listen on socket
listen on 127.0.0.1 port $port tls-require verify pki mta.test.example ca mta.test.example hostname mta.test.example
action "out" relay host smtp+tls://127.0.0.1:$next pki mta.test.example ca mta.test.example helo mta.test.example
match from any for any action "out"
END
    chroot "$r" chown -R root:root /etc/tls
    chroot "$r" smtpd -d -f /etc/smtpd-test.conf </dev/null >"$base/start.log" 2>&1 &
    ;;
esac
echo READY
cat >/dev/null
# What went wrong in there is seen with MTA_LOG=FILE.
[ -z "${MTA_LOG:-}" ] || tail -n 40 "$base"/*.log "$r"/var/spool/test-queue/* "$r"/var/mail/* "$r"/root/dead.letter >"$MTA_LOG" 2>&1
