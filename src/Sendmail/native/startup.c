/*
 * What must be done before the .NET runtime starts: descriptors 0 to 2 are opened where they are closed, so that no file
 * gets their numbers (the runtime itself does not live without them), and the environment of a set-group-ID sendmail is
 * cleaned.
 *
 * The runtime reads dozens of DOTNET_* variables (heap sizes, dump files, an OpenSSL library to load by name) on its way
 * to Main, so code in C# comes too late. Whoever runs a program that has more rights than himself must not choose any of
 * that: of his variables a few harmless ones stay, whatever the others are called.
 *
 * The system's loader has already dropped its own (LD_*, LOCPATH, HOSTALIASES and the like) in this case.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

extern char **environ;

/* NAME is the full name of the author; the last is set by sendmail itself for the process that delivers. */
static const char *const kept[] = { "HOME=", "LOGNAME=", "NAME=", "PATH=", "TERM=", "USER=", "SENDMAIL_FIRST_ATTEMPT=" };

/* A zone by name only: a path would have a file read with the rights of the program. */
static int is_zone_name(const char *zone)
{
    return zone[0] != ':' && zone[0] != '/' && strstr(zone, "..") == NULL;
}

static int is_kept(const char *variable)
{
    if (strncmp(variable, "TZ=", 3) == 0)
        return is_zone_name(variable + 3);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (strncmp(variable, kept[i], strlen(kept[i])) == 0)
            return 1;
    }
    return 0;
}

static void open_standard_descriptors(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        /* open(2) takes the lowest number, which is this one. */
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDWR) != descriptor)
            _exit(71);
    }
}

static void clean_environment(void)
{
    /* Root has nothing to gain, and the service manager speaks to a daemon in its environment. */
    if (getauxval(AT_SECURE) == 0 || getuid() == 0 || environ == NULL)
        return;
    char **to = environ;
    for (char **from = environ; *from != NULL; from++) {
        if (is_kept(*from))
            *to++ = *from;
    }
    *to = NULL;
}

__attribute__((constructor(101))) static void start_up(void)
{
    open_standard_descriptors();
    clean_environment();
}
