"""`python -m icp_voice` is `icp-voice`."""

from icp_voice.cli import main

main()
