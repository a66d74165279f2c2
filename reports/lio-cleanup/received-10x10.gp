# title: What LIO agents receive from each other on the map of 10x10 while they learn (thesis Figure 5.6d)
# place: 8
# caption: A row a seed; on the left what the agent receives who cleans at the end of training, the Cleaner of the thesis, on
#          the right what the other, the Harvester: incentives of an episode for acting where a beam can reach waste, for
#          firing, for washing waste away. The broad line is the waste that the agent washes away. In evaluations of ten
#          episodes, the last five of a hundred; the number is the apples of both at the end. Below 12 nobody has a name.
map = '10x10'
load shared.'/river-received.gp'
