# title: Normalised final return with 6, 8 and 12 agents (Figure 1)
# caption: 0: nobody cooperates; 1: one volunteer. The mean over the seeds, and each seed.
metric = 'normalised_return'
y_label = 'normalised return'
panels = 'n6 n8 n12'
panel_names = '6 agents|8 agents|12 agents'
lines = 'as vs vps ps ind team'
line_names = 'as|vs|vps|ps|ind (ours)|team (ours)'
key(line, panel) = line.'_'.panel
load reports.'/default-bars.gp'
