/* SPDX-License-Identifier: GPL-2.0-only */
/* What the life cycle needs of the event loop. */
#ifndef LAB_VFIO_USER_SERVER_H
#define LAB_VFIO_USER_SERVER_H

#include "lab/vfio-user/internal.h"

/*
 * Have the loop look for vfu_stop(), for clients on the listening socket, or at a client's socket
 * FD. 0 or -errno.
 */
int server_watch_stop(struct vfu *vfu);
int server_listen(struct vfu *vfu);
int server_connect(struct vfu *vfu, int fd);

/* Close the connection if there is one: "Client Disconnection". */
void server_disconnect(struct vfu *vfu);

#endif
