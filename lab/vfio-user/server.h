/* SPDX-License-Identifier: GPL-2.0-only */
/* Functions of the event loop that the life cycle (vfu.c) uses. */
#ifndef LAB_VFIO_USER_SERVER_H
#define LAB_VFIO_USER_SERVER_H

#include "lab/vfio-user/internal.h"

/*
 * Make the event loop watch for vfu_stop(), for clients on the listening socket, or for messages on
 * a client's socket FD. Return 0 or -errno.
 */
int server_watch_stop(struct vfu *vfu);
int server_listen(struct vfu *vfu);
int server_connect(struct vfu *vfu, int fd);

/* Closes the connection, if any: "Client Disconnection". */
void server_disconnect(struct vfu *vfu);

#endif
