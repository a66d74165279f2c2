# title: Travel time while learning (Figures 3 and 5)
# place: 1
# caption: Average travel time after 1000 s, vehicles under way included, while training: one episode, or the mean of three
#          where actions are drawn, every five episodes (every two with 1225 signals). Thin lines are the single seeds, thick
#          lines their means. Grey: who learns nothing. The paper's numbers are not drawn, since its episodes are others.
metric = 'average_travel_time'
y_label = 'average travel time (s)'
panels = 'n16 n49 n96 n100 n225 n1225'
panel_names = '16 signals|49 signals|96 signals (a town)|100 signals|225 signals|1225 signals'
lines = 'ip dgn pic iql qmix maddpg maddpgs'
line_names = 'ip|dgn|pic|iql|qmix|maddpg|maddpgs'
levels = 'uniform fixed_time max_pressure constant'
level_names = 'uniform|fixed-time|max-pressure|constant'
lowest = 200.0
highest = 550.0
key(line, panel) = line.'_'.panel
load shared.'/default-panels.gp'
