/* sys/resource.h - the memory that this process has used at the most. */
enum { RUSAGE_SELF = 0, RUSAGE_CHILDREN = -1 };
struct rusage {
    long long ru_maxrss; /* kB */
};
int getrusage(int who, struct rusage *usage); /* of children: 0, there are none */
