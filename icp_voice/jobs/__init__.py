"""Work that goes on by itself: keeping uploads, runs and syncs, each in a process of its own, one after another."""

from icp_voice.jobs.jobs import Jobs, open_jobs
from icp_voice.jobs.nouns import KINDS, Job, JobState, StepProgress
from icp_voice.jobs.supervisor import Supervisor

__all__ = ["KINDS", "Job", "JobState", "Jobs", "StepProgress", "Supervisor", "open_jobs"]
