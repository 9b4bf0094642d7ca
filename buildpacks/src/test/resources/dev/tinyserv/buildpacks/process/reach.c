/*
 * Ways to a file or a process that go around paths and /proc.
 *
 *     reach handle FILE           prints the handle of a file
 *     reach open FOLDER HANDLE    prints the file of that handle, on the disk of the folder
 *     reach trace PID             attaches to a process
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static int fail(const char *what) {
    printf("%s: %s\n", what, strerror(errno));
    return 1;
}

static int print(int file) {
    char text[4096];
    ssize_t count = read(file, text, sizeof text);
    if (count < 0) {
        return fail("read");
    }
    fwrite(text, 1, (size_t) count, stdout);
    return 0;
}

int main(int count, char **words) {
    union {
        struct file_handle handle;
        char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
    } all = {.handle = {.handle_bytes = MAX_HANDLE_SZ}};
    if (count == 3 && strcmp(words[1], "handle") == 0) {
        int mount;
        if (name_to_handle_at(AT_FDCWD, words[2], &all.handle, &mount, 0) != 0) {
            return fail("name_to_handle_at");
        }
        for (size_t i = 0; i < sizeof(struct file_handle) + all.handle.handle_bytes; i++) {
            printf("%02x", (unsigned char) all.room[i]);
        }
        return 0;
    }
    if (count == 4 && strcmp(words[1], "open") == 0) {
        for (size_t i = 0; words[3][2 * i] != 0 && i < sizeof all.room; i++) {
            char byte[3] = {words[3][2 * i], words[3][2 * i + 1], 0};
            all.room[i] = (char) strtol(byte, NULL, 16);
        }
        int folder = open(words[2], O_RDONLY | O_DIRECTORY);
        int file = open_by_handle_at(folder, &all.handle, O_RDONLY);
        return file < 0 ? fail("open_by_handle_at") : print(file);
    }
    if (count == 3 && strcmp(words[1], "trace") == 0) {
        pid_t pid = atoi(words[2]);
        if (ptrace(PTRACE_ATTACH, pid, NULL, NULL) != 0) {
            return fail("ptrace");
        }
        waitpid(pid, NULL, 0);
        puts("attached");
        return 0;
    }
    return 2;
}
