"""Modes and options of the sendmail command one by one: forms of options, names, -v, ErrorMode, dead.letter, NoRecipientAction, Bcc and
Resent-* forms, senders, warnings, PrivacyOptions, -N -R -V -L -A -G -U, queue options, -bP -bH -bz, lists that are unbalanced.
Played to the real one and to ours by compat/modes.sh; each case starts with empty mailboxes and queues."""
from exp import *
import itertools
os.makedirs(lab.DIR + '/clientmqueue', exist_ok=True)
t = Topic('modes')
D = lab.DIR
M = 'Subject: test\n\nhello\n'
S = 'sendmail -C $CF '
only = os.environ.get('ONLY')


def clear():
    for k in ('mqueue', 'userq', 'var/mail'):
        for n in os.listdir(D + '/' + k):
            if os.path.isfile(D + '/%s/%s' % (k, n)): os.unlink(D + '/%s/%s' % (k, n))
    for home in os.listdir(D + '/home'):
        if os.path.exists(D + '/home/%s/dead.letter' % home): os.unlink(D + '/home/%s/dead.letter' % home)


def after():
    """All that is there then: mailboxes, control files, dead letters."""
    for u in sorted(os.listdir(D + '/var/mail')):
        t.put('--- var/mail/%s:\n%s---' % (u, open(D + '/var/mail/' + u, encoding='latin-1', newline='\n').read()))
    for k in ('mqueue', 'userq'):
        for n in sorted(os.listdir(D + '/' + k)):
            if n[0] in 'qhQ': t.put('--- %s:\n%s---' % (n[:2], open(D + '/%s/%s' % (k, n), encoding='latin-1', newline='\n').read()))
    for home in sorted(os.listdir(D + '/home')):
        p = D + '/home/%s/dead.letter' % home
        if os.path.exists(p): t.put('--- dead.letter of %s:\n%s---' % (home, open(p, encoding='latin-1', newline='\n').read()))


def one(name, cmd, stdin=M, user=None, **kw):
    if only and not re.search(only, name): return
    clear()
    t.section(name)
    t.conf('userq' if user else 'main')
    t.x(cmd, stdin=stdin, user=user, **dict({'wait': 0.2}, **kw))
    after()


q = lambda a: "'" + a.replace("'", "'\\''") + "'"
# ---- forms of options
for n, words in enumerate(['-odi -fjoe@sink.test alice', '-odi -f joe@sink.test alice', '-odif joe@sink.test alice', '-itodi alice', '-iodi -t', '-vodi alice', '-odi -F"Full Name" alice', '-odi -iF "Full Name" alice',
                           '-odi -- alice -bob', '-odi alice -- bob', '-odi alice -i bob', '-odi - alice', '-odi --x alice', '-i -odi -odq alice', '-odq -odi alice', '-odi -ba -bm alice', '-bm -bv alice', '-odi -x alice', '-odi -x -i alice',
                           '-odi -oi -oeq alice', '-odi -oT1d alice', '-odi -or1h alice', '-odi -oM alice', '-odi -oZ1 alice', '-odi -o alice', '-O alice', '-ODeliveryMode=i alice', '-O DeliveryMode=i alice', '-ODeliveryMode=i -OErrorMode=q nosuch',
                           '-O deliverymode=i alice', '-ODeliveryMode:i alice', '-ODeliveryMode alice', '-OX alice', '-O=x alice', '-odi -F "" alice', '-odi -f', '-odi -C', '-h', '-odi -B', '-odi -V', '-odi -N', '-odi -R', '-odi -p', '-odi -r', '-odi -X', '-odi -L', '-odi -M', '-odi -D', '-odi -A', '-odi -b', '-odi -d alice',
                           '-odi -e alice', '-odi -eX alice', '-odi -T1 alice', '-odi -E alice', '-odi -j alice', '-odi -y alice', '-odi -K alice', '-odi -1 alice', '-odi -c alice', '-odi -J x alice', '-odi -I alice', '-odi -U alice', '-odi -z alice',
                           '-odi -s alice', '-odi -n list', '-odi -m list', '-odi -G alice', '-odi -Q alice', '-odi -Qreason alice', '-odi "" alice', '-odi " " alice', '-odi "alice, bob" carol', '-odi "alice bob"', '-odi ALICE Alice alice']):
    one('form %d %s' % (n, words), S + words)
# ---- names
for name in ('mailq', 'newaliases', 'hoststat', 'purgestat'):
    for words in ('', '-v', '-bm -odi alice', '-odi alice', '-bp', '-q', 'alice', '-x', '-Ac', '-bt'):
        one('name %s %s' % (name, words), '%s -C $CF %s' % (name, words))
one('name other', 'cp $(readlink -f $DIR/bin/sendmail) $DIR/bin/send-mail 2>/dev/null; $DIR/bin/send-mail -C $CF -odi alice')
# ---- modes
for words in ('-bz', '-bP', '-bP -v', '-bp -v', '-bH', '-bh', '-bh -v', '-bh alice', '-bH alice', '-bC', '-bi x', '-bv', '-bv -t', '-bv alice nosuch list', '-bv -v list', '-bv -n list', '-bv "alice, bob"', '-bv joe@sink.test', '-bv -fjoe@sink.test alice', '-bq', '-bpx', '-bp alice',
              '-bp -qRalice', '-bp -qSroot', '-bp -qI1', '-bp -q!I1', '-bp -qQ', '-bp -qL', '-bp -qGmqueue', '-bp -qGx', '-bP -qRx', '-ba -odi alice', '-bs', '-bm', '-bm -t'):
    one('mode ' + words, S + words)
for words in ('-bp', '-bP', '-bh', '-bH', '-bi', '-q', '-qf', '-q1m', '-bv root', '-bC', '-bd', '-bD', '-bz', '-bt -C $CF', '-Q', '-qQ', '-M a', '-bp -qRx'):
    one('as alice ' + words, S + words, user='alice')
# ---- queue options, on a queue with three messages
FILL = '; '.join('printf %s | %ssendmail -C $CF -odq %s' % (q('Subject: %d\n\nb\n' % n), '', w) for n, w in enumerate(['-fjoe@sink.test alice', '-Qwhy bob', '-f carol@lab.test bob carol@lab.test']))
for words in ('-q', '-q -v', '-qf', '-qf -v', '-qRalice', '-q!Ralice', '-qSjoe', '-q!Sjoe', '-qI9999', '-q!I9999 -v', '-qQ', '-qQwhy', '-q!Qwhy', '-qQ -qRbob -v', '-qL', '-qGmqueue', '-qGnone', '-qR alice', '-qR', '-qS', '-qI', '-q!', '-q!x', '-qRalice -qSjoe', '-qRbob -q!Sjoe -v', '-qx', '-q1x', '-qR@lab -v', '-qRALICE -v', '-q -Qheld', '-Qheld', '-Qheld -qRalice', '-Q -qQ',
              '-bp', '-bp -v', '-bp -qQ', '-bp -qRbob', '-bp -q!Rbob', '-bp -qQwhy', '-bp -qSjoe -v', '-q alice', '-q -t', '-qRbob alice'):
    one('queue ' + words, '{ %s; } >/dev/null 2>&1; sendmail -C $CF %s; sleep 0.7; ls $DIR/mqueue | cut -c1-2 | sort | uniq -c' % (FILL, words))
one('queue -qp', S + '-OPidFile=$DIR/tmp/qp.pid -qp; sleep 0.5; kill $(head -1 $DIR/tmp/qp.pid); sleep 0.3')
# ---- ErrorMode
for e, to, frm in itertools.product('pqmwe', ('nosuch', 'alice nosuch', 'list', 'x@err.test', 'joe@nonexist.test alice'), ('', '-f carol@lab.test', '-f joe@sink.test')):
    one('error mode %s %s %s' % (e, to, frm), S + '-odi -e%s %s %s' % (e, frm, to))
for e, words in itertools.product('pqmwe', ('-odi -v nosuch', '-odq nosuch', '-odb nosuch', '-odd nosuch', '-odi', '-odi -t', '-odi -f "<>" nosuch', '-odi -N never nosuch', '-odi -fa@b -fc@d alice', '-odi -N x alice', '-odi "<alice"', '-odi "al ice"', '-odi -OMaxMessageSize=5 alice')):
    one('error mode %s: %s' % (e, words), S + '-e%s %s' % (e, words), wait=0.8 if 'odb' in words else 0.4)
for e in 'pqmwe':
    one('error mode %s of alice' % e, S + '-odi -e%s nosuch' % e, user='alice')
    one('dead letter, no home, %s' % e, 'HOME=/nonexistent ' + S + '-odi -e%s nosuch' % e, user='alice')
one('dead letter, two', S + '-odi nosuch; ' + S + '-odi nosuch </dev/null', user='alice')
one('dead letter, not writable', 'touch ~/dead.letter; chmod 0 ~/dead.letter; ' + S + '-odi nosuch; chmod 600 ~/dead.letter', user='alice')
one('dead letter, a link', 'ln -s /tmp/x ~/dead.letter; ' + S + '-odi nosuch; rm ~/dead.letter', user='alice')
one('dead letter, drop', S + '-odi -ODeadLetterDrop=$DIR/tmp/drop nosuch; cat $DIR/tmp/drop; rm -f $DIR/tmp/drop')
# ---- recipients of the header
for action, head, words in itertools.product(('none', 'add-to', 'add-apparently-to', 'add-to-undisclosed', 'add-bcc', 'x'), ('', 'Bcc: bob\n', 'Cc: \n', 'Apparently-To: bob\n', 'To: \nBcc: bob, carol\n', 'Resent-To: bob\n'), ('alice', '-t', '-t alice')):
    if action in ('none', 'x') or words != '-t' or 'bob' in head:
        one('no recipient %s %r %s' % (action, head, words), S + '-odi -ONoRecipientAction=%s %s' % (action, words), stdin=head + M)
for n, head in enumerate(['To: alice\nBcc: bob\n', 'Bcc: bob\nBcc: carol\n', 'BCC: bob\n', 'Bcc:\n bob,\n carol\n', 'Bcc: (x) bob\n', 'To: alice\nBcc:\n', 'To: alice (A) , "B, x" <bob@lab.test>,, carol\n', 'To: g: alice, bob;\n', 'To: g:;\nCc: alice\n', 'To: undisclosed-recipients:;\nBcc: alice\n',
                          'Resent-To: alice\nTo: bob\n', 'Resent-Bcc: alice\nTo: bob\n', 'Resent-Cc: alice\nResent-To: carol\nBcc: bob\n', 'Resent-From: carol\nTo: bob\n', 'Resent-Date: x\nTo: bob\n', 'Resent-To: alice\nResent-From: carol\nFrom: joe@sink.test\nDate: x\nMessage-Id: <a@b>\n', 'Resent-Sender: carol\nResent-To: alice\n',
                          'To: alice\nTo: bob\nCc: carol\n', 'To: alice@lab.test bob@lab.test\n', 'To: alice bob\n', 'To : alice\n', 'X: alice\n', 'To:\n', 'To: ,\n', 'To: <>\n', 'To: nosuch, alice\n', 'To: alice\nFrom: Someone <x@y.test>\n', 'To: alice\nFrom:\n', 'To: alice\nSender: carol\n', 'To: alice\nReturn-Receipt-To: carol\n', 'To: alice\nErrors-To: carol\n', 'To: alice\nDisposition-Notification-To: carol\n', 'To: alice\nPrecedence: bulk\nPriority: urgent\n', 'To: alice\nDate: yesterday\nMessage-ID: x\n',
                          'From alice Mon Jan  1 00:00:00 2024\nTo: alice\n', '>From x\nTo: alice\n', 'To: alice\nReceived: by x; now\n', 'To: |/bin/true, /tmp/x, alice\n', 'To: "|/bin/true"\n', 'To: :include:/tmp/x\n', 'To: |x@y.sink.test\n', 'To: \\alice, \\nosuch\n', 'To: alice, alice, ALICE\n', 'To: list, alice\n', 'To: alice@[127.0.0.1]\n', 'To: @lab.test\n', 'To: a@@b\n', 'To: alice@lab.test.\n']):
    one('header %d %r' % (n, head), S + '-odi -t', stdin=head + M)
    one('header queued %d %r' % (n, head), S + '-odq -t', stdin=head + M)
one('-t and arguments', S + '-odi -t alice', stdin='To: alice, bob\n' + M); one('-t and arguments, none left', S + '-odi -t alice', stdin='To: alice\n' + M); one('-t and arguments, resent', S + '-odi -t bob', stdin='To: alice\nResent-To: bob, carol\n' + M)
# ---- unbalanced
for a, words in itertools.product(['alice> , bob', '<alice, bob', 'a <alice@lab.test, bob', 'alice (x, bob', 'alice), bob', '"alice, bob', '<@x, bob', '<alice@lab.test>>', '<<alice>', 'alice, <bad@, nosuch', 'g: alice, bob;', 'g: <alice, bob;', 'alice;', '\\', 'alice\\'], ('-odi', '-odq', '-bv', '-odi -em', '-odi -ee', '-odi -v')):
    one('unbalanced %s %s' % (words, a), S + words + ' ' + q(a))
# ---- senders
for a, user in itertools.product(['|/bin/true', '/tmp/x', ':include:/tmp/x', '"|/bin/true"', '\\alice', 'alice,bob', '<alice', 'alice>', 'a@b>', 'list', '""', '@', 'a b', ' alice ', '<alice@lab.test> (x)', 'X Y <alice@lab.test>', 'alice;', 'nosuch@lab.test', '|x@y.z', 'a@@b', 'joe@[1.2.3.4', '-x', 'joe@nonexist.test', '<>', '', 'alice@lab.test', 'root', 'MAILER-DAEMON', 'x@err.test', 'a%b@lab.test', 'host!user', '"a b"@lab.test', '(c) alice', 'alice (c', 'x' * 300, 'a\tb', 'caf\xe9'], (None, 'alice', 'carol')):
    one('sender %s %s' % (a[:40], user), S + '-odi -f %s bob' % q(a), user=user)
for words in ('-em', '-eq', '-ee', '-ew', '-v'):
    one('sender wrong ' + words, S + '-odi %s -f a@@b bob' % words); one('sender unbalanced ' + words, S + '-odi %s -f "<a" bob' % words); one('sender wrong, recipient too ' + words, S + '-odi %s -f a@@b nosuch' % words)
for words in ('-F "A B"', '-F "A. B"', "-F 'A \"B\" C'", '-F "(x)"', '-F ""', '-F "a,b" -f joe@sink.test', '-F x -f "<>"'):
    one('name ' + words, S + '-odi %s bob' % words)
    one('name of alice ' + words, S + '-odi %s bob' % words, user='alice')
# ---- DSN, tags and the like
for words in ('-N never', '-N success', '-N failure', '-N delay', '-N success,failure,delay', '-N SUCCESS', '-N "success, delay"', '-N never,success', '-N ""', '-N success,', '-N success,success'):
    one('-N ' + words, S + '-odi %s alice nosuch' % words); one('queued -N ' + words, S + '-odq %s alice' % words)
for words in ('-R full', '-R hdrs', '-R FULL', '-R x', '-R ""', '-R full -R hdrs', '-Rhdrs -N failure', '-V id', '-V a+2Bb', '-V a+zzb', '-V "a=b"', '-V ""', '-V x -V y', '-V ' + 'x' * 120, '-B 7bit', '-B 8bitmime', '-B binarymime', '-B ""', '-B 7BIT -B 8BITMIME',
              '-h 0', '-h 25', '-h 26', '-h -1', '-h 5x', '-h 99999', '-p ESMTP', '-p ESMTP:h.test', '-p :h.test', '-p SMTP:', '-p SMTP:"a b"', '-r joe@sink.test', '-r a -f b', '-L tag', '-L "a b"', '-L ' + 'x' * 100, '-L ""', '-L a/b', '-M X', '-M Xy', '-M "{long}value"', '-M "{x"', '-M ""', '-MaNEW', '-A c', '-A m', '-A x', '-Am -odi',
              '-X /nonexistent/x', '-X ""', '-D /nonexistent/x -d0.1', '-d0.1 -D /tmp/x', '-d99.100', '-d-1', '-dx', '-d0', '-G -f joe@sink.test', '-U', '-I', '-n', '-m', '-s', '-v -v', '-i', '-t -t'):
    one('option ' + words[:40], S + '-odi %s nosuch alice' % words, stdin='To: bob\n' + M)
    one('option queued ' + words[:40], S + '-odq %s alice' % words, stdin='To: bob\n' + M)
# ---- trust and privacy
for words in ('-odi bob', '-odi -f joe@sink.test bob', '-odi -f alice bob', '-odi -f alice@lab.test bob', '-odi -OQueueDirectory=$DIR/userq bob', '-odi -OLogLevel=9 bob', '-odi -OLogLevel=11 bob', '-odi -OUserSubmission=True bob', '-odi -M{x}y bob', '-odi -Mry bob', '-odi -Msy bob', '-odi -Mxy bob', '-odi -X /tmp/al.x bob', '-odi -p X:y bob', '-odi -oA/tmp/x bob', '-odi -OAliasFile=/tmp/x bob', '-odi -OErrorMode=m nosuch', '-odi -OMinFreeBlocks=1 bob', '-odi -OSevenBitInput=1 bob', '-odi -OCheckpointInterval=1 bob', '-odi -OTimeout.queuereturn=1d bob', '-odi -OPrivacyOptions=goaway bob'):
    for user in ('alice', 'carol'):
        one('trust %s %s' % (user, words), S + words, user=user)
for privacy in ('authwarnings', 'restrictmailq', 'restrictqrun', 'restrictexpand', 'restrictmailq,restrictqrun,restrictexpand', 'goaway', 'noreceipts', 'nobodyreturn', 'noactualrecipient', 'nosuchflag'):
    for words in ('-bp', '-q', '-bv list', '-bv -v list', '-odi -v list', '-odi -f joe@sink.test bob', '-odi -N success bob', '-odi nosuch'):
        one('privacy %s %s' % (privacy, words), 'sed "s/^O PrivacyOptions=.*/O PrivacyOptions=%s/" $CF > $DIR/tmp/p.cf; chmod 644 $DIR/tmp/p.cf; sendmail -C $DIR/tmp/p.cf %s' % (privacy, words), user='alice')
# ---- -v
for words in ('alice', 'list', 'nosuch', 'alice joe@sink.test', 'x@err.test', 'joe@nonexist.test', 'joe@tempfail.test', 'self', 'multi', 'topipe', 'tofile', 'loop1', 'ext', 'err2'):
    one('-v ' + words, S + '-odi -v ' + words); one('-v queued ' + words, S + '-odq -v ' + words); one('-v -bv ' + words, S + '-bv -v ' + words)
# ---- what is read
for n, text in enumerate(['', '\n', 'x\n', 'Subject: x', 'Subject: x\n', 'Subject: x\n.\nrest\n', '.\n', '..\n', 'Subject: x\n\n..\n. \n.x\n', 'Subject: x\r\n\r\nbody\r\n.\r\nmore\r\n', 'Subject: x\n body', 'no colon here\nSubject: x\n\nb\n', 'Subject: x\nno colon\n\nb\n', 'Subject : x\n\nb\n', ': x\n\nb\n', 'A B: x\n\nb\n', 'Subject: a\n\tb\n c\n\nb\n', ' leading\n\nb\n', 'From x\n\nb\n', 'Subject: x\n\nFrom y\n', 'Subject: \xe9\n\n\xe9\n', 'Subject: a\0b\n\nc\0d\n', 'Subject: x\n\n' + 'y' * 3000 + '\n', 'X' * 300 + ': y\n\nb\n', 'Subject: x\n' * 3 + '\nb\n', 'From: a@b\nFrom: c@d\n\nx\n', 'Date: x\nDate: y\n\nb\n']):
    one('text %d' % n, S + '-odi alice', stdin=text); one('text -i %d' % n, S + '-odi -i alice', stdin=text)
clear()
