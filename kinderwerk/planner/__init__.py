"""The week planner: who does what where and when, and what somebody should look at first."""
