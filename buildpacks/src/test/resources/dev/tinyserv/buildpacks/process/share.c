/*
 * What programs of one user share without a file of the disk, and what root reads of the network.
 *
 *     share put KEY NAME TEXT   leaves a text in memory of System V and in a queue of POSIX
 *     share get KEY NAME        prints both; the queue is empty then
 *     share drop KEY NAME       deletes both
 *     share hear                opens what reads all that goes over the network
 *     share connect PATH        prints what is said at a socket
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ROOM 1024

static int fail(const char *what) {
    printf("%s: %s\n", what, strerror(errno));
    return 1;
}

static int put(key_t key, const char *name, const char *text) {
    int memory = shmget(key, ROOM, IPC_CREAT | 0600);
    char *shared = memory < 0 ? (void *) -1 : shmat(memory, NULL, 0);
    if (shared == (void *) -1) {
        return fail("shm");
    }
    strncpy(shared, text, ROOM - 1);
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = ROOM};
    mqd_t queue = mq_open(name, O_CREAT | O_WRONLY | O_NONBLOCK, 0600, &attributes);
    if (queue < 0 || mq_send(queue, text, strlen(text), 0) != 0) {
        return fail("mq");
    }
    return 0;
}

static int get(key_t key, const char *name) {
    int memory = shmget(key, ROOM, 0);
    char *shared = memory < 0 ? (void *) -1 : shmat(memory, NULL, SHM_RDONLY);
    if (shared == (void *) -1) {
        fail("shm");
    } else {
        printf("memory: %s\n", shared);
    }
    char text[ROOM];
    mqd_t queue = mq_open(name, O_RDONLY | O_NONBLOCK);
    ssize_t length = queue < 0 ? -1 : mq_receive(queue, text, sizeof text, NULL);
    return length < 0 ? fail("mq") : printf("queue: %.*s\n", (int) length, text) < 0;
}

static int say(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int one = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(one, (struct sockaddr *) &address, sizeof address) != 0) {
        return fail("connect");
    }
    char text[ROOM];
    ssize_t length = read(one, text, sizeof text);
    return length < 0 ? fail("read") : printf("socket: %.*s\n", (int) length, text) < 0;
}

int main(int count, char **words) {
    if (count == 5 && strcmp(words[1], "put") == 0) {
        return put(atoi(words[2]), words[3], words[4]);
    }
    if (count == 4 && strcmp(words[1], "get") == 0) {
        return get(atoi(words[2]), words[3]);
    }
    if (count == 4 && strcmp(words[1], "drop") == 0) {
        shmctl(shmget(atoi(words[2]), ROOM, 0), IPC_RMID, NULL);
        return mq_unlink(words[3]);
    }
    if (count == 2 && strcmp(words[1], "hear") == 0) {
        int all = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
        return all < 0 ? fail("packet") : puts("hears") < 0;
    }
    if (count == 3 && strcmp(words[1], "connect") == 0) {
        return say(words[2]);
    }
    return 2;
}
