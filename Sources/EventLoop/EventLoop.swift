// The room EventLoop is being built.
