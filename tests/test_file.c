/* Files and folders: whole or not at all, and a clear line when the disk is full, read-only or in the way. */
#include "tests/scratch.h"
#include "tests/tap.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int entries(const char *folder)
{
    int count = 0;
    DIR *open_folder = opendir(folder);
    while (open_folder && readdir(open_folder))
        count++;
    if (open_folder)
        closedir(open_folder);
    return count - 2; /* . and .. */
}

static bool holds(const char *path, const char *wanted)
{
    char *bytes;
    size_t length;
    mg_error error = {0};
    bool same = mg_file_read(path, &bytes, &length, &error) && length == strlen(wanted) && !strcmp(bytes, wanted);
    free(bytes);
    return same;
}

static bool fails_with(bool done, const mg_error *error, const char *path, const char *wanted)
{
    char whole[700];
    snprintf(whole, sizeof whole, "%.400s%.250s", path, wanted);
    return !done && error->status == MG_EXIT_INPUT && !strcmp(error->text, whole);
}

static void messages(void)
{
    mg_error error = {0};
    char long_name[900];
    memset(long_name, 'n', sizeof long_name);
    long_name[899] = '\0';
    tap_ok(!mg_fail(&error, MG_EXIT_USAGE, "%s", long_name) && strlen(error.text) == sizeof error.text - 1 &&
               strstr(error.text, "n...n"),
           "a message too long is cut with dots");
    mg_error ends = {0};
    mg_fail(&ends, MG_EXIT_INPUT, "%s: what is wrong", long_name);
    tap_ok(strstr(ends.text, "n: what is wrong") && ends.text[0] == 'n', "in its middle: %.40s",
           strstr(ends.text, "..."));
    tap_ok(!mg_fail(&error, MG_EXIT_INPUT, "second") && error.status == MG_EXIT_USAGE && error.text[0] == 'n',
           "the first stays");
    mg_error lines = {0};
    mg_fail(&lines, MG_EXIT_INPUT, "a\nb\033[31m");
    tap_ok(!strcmp(lines.text, "a?b?[31m"), "one line, no escapes of a file name: %s", lines.text);
    tap_ok(!mg_fail(NULL, MG_EXIT_INPUT, "nobody asks"), "nobody asks");
    mg_error none = {0};
    tap_ok(mg_report_error("test", &none) == 0, "no error, no line, status 0");
}

static void writing(void)
{
    mg_error error = {0};
    const char *path = scratch("w/file.txt");
    tap_ok(fails_with(mg_file_write(path, "x", 1, &error), &error, path, ": no such file or folder"), "%s", error.text);
    mg_error none = {0};
    tap_ok(mg_folder_create(scratch("w"), &none) && mg_file_write(path, "old", 3, &none) && holds(path, "old"),
           "written");
    tap_ok(mg_file_write(path, "newer", 5, &none) && holds(path, "newer"), "written over");
    tap_ok(mg_file_write(scratch("w/empty"), "", 0, &none) && holds(scratch("w/empty"), ""), "an empty file");
    tap_ok(entries(scratch("w")) == 2, "no temporary is left");
    mg_error device = {0};
    tap_ok(fails_with(mg_file_write("/dev/null", "x", 1, &device), &device, "/dev/null",
                      ": is not a regular file and will not be replaced"),
           "%s", device.text);
    mg_error folder = {0};
    path = scratch("w");
    tap_ok(fails_with(mg_file_write(path, "x", 1, &folder), &folder, path,
                      ": is not a regular file and will not be replaced"),
           "%s", folder.text);
    mg_error below = {0};
    path = scratch("w/file.txt/below");
    tap_ok(fails_with(mg_file_write(path, "x", 1, &below), &below, path, ": a file stands where a folder is wanted"),
           "%s", below.text);
    tap_ok(is_there(scratch("w/file.txt")) && !is_there(scratch("w/no")), "exists");
}

static void folders(void)
{
    mg_error error = {0};
    tap_ok(mg_folder_create(scratch("a/b//c/"), &error) && entries(scratch("a/b")) == 1, "a folder with parents");
    tap_ok(mg_folder_create(scratch("a/b/c"), &error), "that is there already");
    mg_file_write(scratch("a/b/c/file"), "x", 1, &error);
    mg_file_write(scratch("kept"), "x", 1, &error);
    if (symlink(scratch("kept"), scratch("a/b/link")) || symlink(scratch_folder, scratch("a/up")))
        tap_note("no links here");
    const char *path = scratch("a/b/c/file/d");
    mg_error inside = {0};
    tap_ok(!mg_folder_create(path, &inside) && inside.status == MG_EXIT_INPUT &&
               strstr(inside.text, "a/b/c/file: a file stands where a folder is wanted"),
           "%s", inside.text);
    tap_ok(mg_folder_remove(scratch("a"), &error) && !is_there(scratch("a")) && holds(scratch("kept"), "x"),
           "removed with what is in it, links not followed");
    tap_ok(mg_folder_remove(scratch("a"), &error), "removing what is not there is no error");
    static const char *const never[] = {"", "/", ".", "..", "a/..", "./"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        mg_error refused = {0};
        tap_ok(!mg_folder_remove(never[i], &refused) && refused.status == MG_EXIT_INPUT, "%s", refused.text);
    }
    mg_error empty = {0};
    tap_ok(!mg_folder_create("", &empty) && empty.status == MG_EXIT_INPUT, "%s", empty.text);
    mg_error file = {0};
    path = scratch("kept");
    tap_ok(fails_with(mg_folder_remove(path, &file), &file, path, ": a file stands where a folder is wanted"), "%s",
           file.text);
}

static void absence(void)
{
    bool exists = true;
    mg_error none = {0}, loop = {0}, name = {0}, fifo = {0};
    const char *path = scratch("loop");
    char long_name[400];
    memset(long_name, 'n', sizeof long_name);
    long_name[399] = '\0';
    mg_file_write(scratch("plain"), "x", 1, &none);
    tap_ok(mg_file_exists(scratch("no/such"), &exists, &none) && !exists &&
               mg_file_exists(scratch("plain/below"), &exists, &none) && !exists,
           "no such file, and no folder on the way: absent");
    tap_ok(mg_folder_exists(scratch("plain"), &exists, &none) && !exists &&
               mg_folder_exists(scratch_folder, &exists, &none) && exists,
           "a file is no folder");
    if (symlink(path, path))
        tap_note("no links here");
    tap_ok(!mg_file_exists(path, &exists, &loop) && loop.status == MG_EXIT_INPUT, "a link to itself is no absence: %s",
           loop.text);
    tap_ok(!mg_file_exists(scratch(long_name), &exists, &name) && strstr(name.text, "path too long"),
           "nor is a name that cannot be");
    tap_ok(mkfifo(scratch("fifo"), 0600) == 0 && !mg_file_write(scratch("fifo"), "x", 1, &fifo),
           "a FIFO is not replaced");
    remove(path);
    remove(scratch("fifo"));
}

static void listing(void)
{
    mg_error error = {0}, none = {0};
    mg_folder_names names = {0};
    static const char *const made[] = {"b", "a.csv", "B", "a", "zz", ".hidden", "a-1"};
    mg_folder_create(scratch("list"), &error);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        char path[40];
        snprintf(path, sizeof path, "list/%s", made[i]);
        mg_file_write(scratch(path), "", 0, &error);
    }
    bool good = mg_folder_list(scratch("list"), &names, &error) && names.count == 7;
    for (size_t i = 1; good && i < names.count; i++)
        good = strcmp(names.name[i - 1], names.name[i]) < 0;
    tap_ok(good, "a folder's names, sorted by their bytes, without . and ..");
    mg_folder_names_free(&names);
    tap_ok(!mg_folder_list(scratch("no"), &names, &none) && none.status == MG_EXIT_INPUT && !names.count, "%s",
           none.text);
}

/* A child that is writing holds a lock on its temporary, as mg_file_write does, until the pipe is closed. */
static pid_t start_writer(const char *path, int ends[2])
{
    int ready[2];
    char byte;
    if (pipe(ends) || pipe(ready))
        return -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int file = open(path, O_WRONLY | O_CREAT, 0600);
        close(ends[1]);
        (void)!fcntl(file, F_SETLK, &whole);
        (void)!write(ready[1], "x", 1);
        (void)!read(ends[0], &byte, 1);
        _exit(0);
    }
    (void)!read(ready[0], &byte, 1);
    close(ready[0]);
    close(ready[1]);
    close(ends[0]);
    return child;
}

/* Tasks that share a folder tidy it up while others write there: no file may be taken before it has its name. */
static void written_while_others_tidy(void)
{
    enum { CHILDREN = 3, FILES = 400 };
    mg_error error = {0};
    pid_t child[CHILDREN];
    pid_t parent = getpid();
    char folder[600];
    mg_folder_create(scratch("busy"), &error);
    snprintf(folder, sizeof folder, "%s", scratch("busy"));
    for (int i = 0; i < CHILDREN; i++) {
        fflush(NULL);
        child[i] = fork();
        if (child[i] == 0) {
            while (getppid() == parent) /* no longer than the test, however that ends */
                (void)mg_folder_tidy(folder, &error);
            _exit(0);
        }
    }
    int good = 0;
    while (good < FILES && mg_file_write(scratch("busy/file"), "x", 1, &error))
        good++;
    for (int i = 0; i < CHILDREN; i++) {
        if (child[i] <= 0) /* kill(-1) would be everybody */
            continue;
        (void)kill(child[i], SIGKILL);
        (void)waitpid(child[i], NULL, 0);
    }
    if (!tap_ok(good == FILES && entries(folder) == 1, "a file that is written while others tidy up gets its name"))
        tap_note("%d of %d: %s", good, FILES, error.text);
}

static void tidying(void)
{
    mg_error error = {0};
    int ends[2];
    mg_folder_create(scratch("tidy"), &error);
    mg_file_write(scratch("tidy/kept.tmp-0123456789abcde"), "x", 1, &error);
    mg_file_write(scratch("tidy/left.tmp-0123456789abcdef"), "x", 1, &error);
    pid_t child = start_writer(scratch("tidy/living.tmp-00000000000000aa"), ends);
    tap_ok(mg_folder_tidy(scratch("tidy"), &error) && !is_there(scratch("tidy/left.tmp-0123456789abcdef")) &&
               is_there(scratch("tidy/kept.tmp-0123456789abcde")),
           "a dead writer's temporary goes, what only looks like one stays");
    tap_ok(is_there(scratch("tidy/living.tmp-00000000000000aa")), "a living writer's stays");
    close(ends[1]);
    while (child > 0 && waitpid(child, NULL, 0) < 0)
        continue;
    tap_ok(mg_folder_tidy(scratch("tidy"), &error) && !is_there(scratch("tidy/living.tmp-00000000000000aa")),
           "until its writer is gone");
    tap_ok(mg_folder_tidy(scratch("no"), &error), "a folder that is not there is tidy");
}

static void joining(void)
{
    char text[8];
    mg_error error = {0};
    tap_ok(mg_path_join(text, sizeof text, "ab", "cdef", &error) && !strcmp(text, "ab/cdef"), "%s", text);
    tap_ok(mg_path_join(text, sizeof text, "ab/", "cd", &error) && !strcmp(text, "ab/cd"), "%s", text);
    tap_ok(mg_path_join(text, sizeof text, "", "cd", &error) && !strcmp(text, "cd"), "%s", text);
    tap_ok(fails_with(mg_path_join(text, sizeof text, "ab", "cdefg", &error), &error, "ab/cdefg",
                      ": path too long, at most 7 characters"),
           "%s", error.text);
}

/* Runs body in a child, since it changes limits, users or mounts; its exit status says how it went. */
static int in_child(int (*body)(void))
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        _exit(body());
    int status = -1;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

enum { GOOD = 0, BAD = 1, CANNOT = 77 };

static int with_size_limit(void)
{
    const struct rlimit limit = {5000, 5000};
    static char bytes[20000];
    mg_error error = {0};
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit))
        return CANNOT;
    const char *path = scratch("limited/file");
    bool done = mg_file_write(path, bytes, sizeof bytes, &error);
    return fails_with(done, &error, path,
                      ": file larger than allowed; raise `ulimit -f` and run again with --resume") &&
                   holds(path, "old") && entries(scratch("limited")) == 1
               ? GOOD
               : BAD;
}

static int as_nobody(void)
{
    mg_error error = {0};
    const char *path = "limited/file"; /* from here on: whoever that is need not be let in by the folders above */
    if (chdir(scratch_folder) || (geteuid() == 0 && (setgid(65534) || setuid(65534))))
        return CANNOT;
    bool done = mg_file_write(path, "new", 3, &error);
    return fails_with(done, &error, path, ": permission denied; check who owns it, or choose another folder") &&
                   holds(path, "old") && entries("limited") == 1
               ? GOOD
               : BAD;
}

static void limits(void)
{
    mg_error error = {0};
    mg_folder_create(scratch("limited"), &error);
    mg_file_write(scratch("limited/file"), "old", 3, &error);
    tap_ok(in_child(with_size_limit) == GOOD, "a write that hits ulimit -f leaves the old file and no other");
    chmod(scratch("limited"), 0555);
    chmod(scratch_folder, 0755);
    int result = in_child(as_nobody);
    if (result == CANNOT)
        tap_skip("cannot become a user without rights");
    else
        tap_ok(result == GOOD, "a folder that may not be written leaves the old file and a clear line");
    chmod(scratch("limited"), 0755);
}

/* folder is an empty disk of one megabyte. */
static void full_disk(const char *folder)
{
    char path[600], wanted[700];
    snprintf(path, sizeof path, "%.500s/runs.csv", folder);
    mg_error error = {0};
    size_t length = (size_t)4 << 20;
    char *bytes = calloc(length, 1);
    bool good = mg_file_write(path, "old", 3, &error);
    bool done = mg_file_write(path, bytes, length, &error);
    snprintf(wanted, sizeof wanted, "%s: no space left on device; free some and run again with --resume", path);
    tap_ok(good && !done && error.status == MG_EXIT_INPUT && !strcmp(error.text, wanted), "%s", error.text);
    tap_ok(holds(path, "old") && entries(folder) == 1, "the old file is whole, nothing else is left");
    free(bytes);
}

static void disk(void)
{
    char command[900];
    mg_error error = {0};
    mg_folder_create(scratch("disk"), &error);
    snprintf(command, sizeof command, "mount -t tmpfs -o size=1m none '%s' 2>/dev/null", scratch("disk"));
    if (system(command) != 0) {
        tap_skip("may not mount a small tmpfs, so no full disk");
        return;
    }
    full_disk(scratch("disk"));
    snprintf(command, sizeof command, "mount -o remount,ro '%s' 2>/dev/null", scratch("disk"));
    if (system(command) == 0) {
        const char *path = scratch("disk/runs.csv");
        mg_error read_only = {0};
        tap_ok(fails_with(mg_file_write(path, "x", 1, &read_only), &read_only, path,
                          ": read-only file system; choose another folder with --out"),
               "%s", read_only.text);
    } else {
        tap_skip("may not remount read-only");
    }
    snprintf(command, sizeof command, "umount '%s'", scratch("disk"));
    if (system(command) != 0)
        tap_note("could not unmount %s", scratch("disk"));
}

int main(void)
{
    messages();
    writing();
    folders();
    absence();
    listing();
    tidying();
    written_while_others_tidy();
    joining();
    limits();
    disk();
    scratch_remove();
    return tap_done();
}
