# title: What LIO agents pay to scripted ones while they learn (thesis Figure 5.6b)
# place: 5
# caption: Incentives of an episode, mean and standard error of 20 episodes, that an agent of the map of 7x7 would pay at
#          different times of its training to an agent that moves in the river without cleaning (R), cleans waste
#          successfully (C), or fires its beam where there is no waste (M). A row is a seed; on the left agent 0 pays, on
#          the right agent 1. Marks of R and M stand a little aside, so that none hides another.
map = '7x7'
load shared.'/river-probe.gp'
