from icp_voice.language import *  # noqa: F403
