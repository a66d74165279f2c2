/* sys/file.h - operations of flock (core/io/windows/posix.h). */
enum { LOCK_SH = 1, LOCK_EX = 2, LOCK_NB = 4, LOCK_UN = 8 };
