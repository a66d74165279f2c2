/* sys/utsname.h - what the system is called. */
struct utsname {
    char sysname[32], machine[32];
};
int uname(struct utsname *system);
